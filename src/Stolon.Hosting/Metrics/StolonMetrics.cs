using Stolon.Core.Model;
using Stolon.Wire;

namespace Stolon.Hosting.Metrics;

/// <summary>The metrics of the original, with their values before the first measurement (docs/spec/metrics.md
/// 1).</summary>
internal static class StolonMetrics
{
    private static readonly (string Name, string Help)[] Keeper =
    [
        ("stolon_keeper_clusterdata_last_valid_update_seconds",
            "Unix time of the last valid read of the cluster data"),
        ("stolon_keeper_needs_reload", "1 after a reload of PostgreSQL failed, until one succeeds"),
        ("stolon_keeper_needs_restart", "1 while a parameter change waits for a restart of PostgreSQL"),
        ("stolon_keeper_last_sync_success_seconds", "Unix time of the last run that found the instance converged"),
        ("stolon_keeper_sleep_interval", "Seconds between two runs"),
        ("stolon_keeper_write_problem", "1 while the latest write probe of PostgreSQL has not succeeded"),
        ("stolon_keeper_shutdown_seconds", "Unix time of the signal to stop, 0 before"),
    ];

    private static readonly string[] PostgresStates =
        ["healthy", "healthy_with_obstacle", "unobserved_serving", "unobserved", "sick"];

    private static readonly (string Name, string Help)[] KeeperRoles =
    [
        ("stolon_keeper_target_role", "1 for the role that the cluster data assign to the keeper"),
        ("stolon_keeper_local_role", "1 for the current role of PostgreSQL"),
    ];

    private static readonly (string Name, string Help)[] Sentinel =
    [
        ("stolon_sentinel_last_cluster_check_success_seconds", "Unix time of the last complete check as leader"),
        ("stolon_sentinel_is_leader", "1 while this sentinel leads"),
        ("stolon_sentinel_leader_count", "How many times this sentinel has become leader"),
        ("stolon_sentinel_refused_decisions", "How many decisions it did not write because they broke an invariant"),
    ];

    /// <param name="component"><c>keeper</c>, <c>sentinel</c> or <c>proxy</c>.</param>
    public static void Declare(MetricsCollector collector, string component, string clusterName)
    {
        collector.Declare(
            "stolon_cluster_identifier", "Always 1; joins the series of a cluster", 1,
            new MetricLabel("cluster_name", clusterName), new MetricLabel("component", component));
        foreach (var (name, help) in component switch { "keeper" => Keeper, "sentinel" => Sentinel, _ => [] })
        {
            collector.Declare(name, help, 0);
        }

        foreach (var subject in component is "keeper" ? Enum.GetValues<ComplaintSubject>() : [])
        {
            collector.Declare(
                "stolon_keeper_complaint", "1 while the keeper has a complaint about the subject", 0,
                new MetricLabel("subject", StatusJson.WordOf(subject)));
        }

        foreach (var (name, help) in component is "keeper" ? KeeperRoles : [])
        {
            collector.Declare(name, help, 0, new MetricLabel("role", "undefined"));
            collector.Declare(name, help, 0, new MetricLabel("role", MetricNames.PrimaryRole));
            collector.Declare(name, help, 0, new MetricLabel("role", "standby"));
        }

        foreach (var state in component is "keeper" ? PostgresStates : [])
        {
            collector.Declare(
                "stolon_keeper_postgres_state", "1 for the current state of PostgreSQL", 0,
                new MetricLabel("state", state));
        }
    }
}
