using Stolon.Core.Common;

namespace Stolon.Hosting.Metrics;

/// <summary>A metric with its series.</summary>
internal sealed record MetricFamily
{
    public required string Name { get; init; }

    public required string Help { get; init; }

    /// <summary>True: the value never decreases while the process runs.</summary>
    public bool IsCounter { get; init; }

    public required ValueList<MetricSeries> Series { get; init; }

    public static MetricFamily Gauge(string name, string help, double value) =>
        new() { Name = name, Help = help, Series = [new MetricSeries([], value)] };

    public static MetricFamily Counter(string name, string help, double value) =>
        Gauge(name, help, value) with { IsCounter = true };
}

/// <summary>One series: its labels, in output order, and its current value.</summary>
internal sealed record MetricSeries(ValueList<MetricLabel> Labels, double Value);

/// <summary>One label of a series.</summary>
internal sealed record MetricLabel(string Name, string Value);
