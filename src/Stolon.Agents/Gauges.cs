using System.Diagnostics.Metrics;

namespace Stolon.Agents;

/// <summary>The instruments behind docs/spec/metrics.md 1, on the meter named Stolon.</summary>
public static class Gauges
{
    public const string MeterName = "Stolon";

    private static readonly Meter Meter = new(MeterName);

    internal static Gauge<double> Of(string name) => Meter.CreateGauge<double>(name);

    /// <summary>For series that come and go: only the series that <paramref name="read"/> returns exist.</summary>
    internal static void Observe(string name, Func<IEnumerable<Measurement<double>>> read) =>
        Meter.CreateObservableGauge(name, read);

    internal static double UnixSeconds(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
}
