using System.Diagnostics.Metrics;

namespace Stolon.Agents;

/// <summary>The instruments behind metrics.md 1; whoever listens to the meter named Stolon gets their values.</summary>
public static class Gauges
{
    public const string MeterName = "Stolon";

    private static readonly Meter Meter = new(MeterName);

    internal static Gauge<double> Of(string name) => Meter.CreateGauge<double>(name);

    /// <summary>Series that come and go: what is not told any more is gone.</summary>
    internal static void Observe(string name, Func<IEnumerable<Measurement<double>>> now) =>
        Meter.CreateObservableGauge(name, now);

    internal static double UnixSeconds(TimeProvider time) => time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
}
