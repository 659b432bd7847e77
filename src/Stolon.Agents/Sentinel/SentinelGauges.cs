using System.Diagnostics.Metrics;

namespace Stolon.Agents.Sentinel;

/// <summary>docs/spec/metrics.md 1, sentinel.</summary>
internal static class SentinelGauges
{
    private static readonly Gauge<double> Leader = Gauges.Of("stolon_sentinel_is_leader");
    private static readonly Gauge<double> LeaderCount = Gauges.Of("stolon_sentinel_leader_count");
    private static readonly Gauge<double> LastCheck = Gauges.Of("stolon_sentinel_last_cluster_check_success_seconds");
    private static readonly Gauge<double> RefusedDecisions = Gauges.Of("stolon_sentinel_refused_decisions");
    private static int _timesElected;
    private static int _timesRefused;

    public static void Leads(bool leads)
    {
        Leader.Record(leads ? 1 : 0);
        if (leads)
        {
            LeaderCount.Record(Interlocked.Increment(ref _timesElected));
        }
    }

    /// <summary>A decision was not written because it breaks an invariant.</summary>
    public static void Refused() => RefusedDecisions.Record(Interlocked.Increment(ref _timesRefused));

    public static void Checked(TimeProvider time) => LastCheck.Record(Gauges.UnixSeconds(time));
}
