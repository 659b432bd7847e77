using System.Globalization;
using System.Text;

namespace Stolon.Hosting.Metrics;

/// <summary>The Prometheus text format, version 0.0.4.</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>Families are sorted by name.</summary>
    public static string Write(IEnumerable<MetricFamily> families)
    {
        var text = new StringBuilder();
        foreach (var family in families.OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            text.Append($"# HELP {family.Name} {family.Help.Replace("\\", @"\\").Replace("\n", "\\n")}\n");
            text.Append($"# TYPE {family.Name} {(family.IsCounter ? "counter" : "gauge")}\n");
            foreach (var series in family.Series)
            {
                var labels = string.Join(',', series.Labels.Select(l => $"{l.Name}=\"{Escape(l.Value)}\""));
                text.Append(family.Name).Append(labels.Length > 0 ? $"{{{labels}}}" : "")
                    .Append(' ').Append(NumberOf(series.Value)).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Escape(string value) =>
        value.Replace("\\", @"\\").Replace("\"", "\\\"").Replace("\n", "\\n");

    private static string NumberOf(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
