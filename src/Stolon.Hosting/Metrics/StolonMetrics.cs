using Stolon.Core.Model;
using Stolon.Wire;

namespace Stolon.Hosting.Metrics;

/// <summary>The metrics every stolon has, with the value they hold until something is measured (docs/spec/metrics.md
/// 1).</summary>
internal static class StolonMetrics
{
    private static readonly (string Name, string Help)[] Keeper =
    [
        ("stolon_keeper_clusterdata_last_valid_update_seconds",
            "Unix time of the last valid read of the cluster data"),
        ("stolon_keeper_needs_reload", "1 from the decision to reload PostgreSQL until a reload succeeds"),
        ("stolon_keeper_needs_restart", "1 when PostgreSQL has to be restarted for a parameter to take effect"),
        ("stolon_keeper_last_sync_success_seconds", "Unix time of the last complete run"),
        ("stolon_keeper_sleep_interval", "Seconds between two runs"),
        ("stolon_keeper_write_problem", "1 while the last attempt to write to PostgreSQL has not succeeded"),
        ("stolon_keeper_shutdown_seconds", "Unix time of the signal to stop, 0 before"),
    ];

    private static readonly string[] PostgresStates =
        ["healthy", "healthy_with_obstacle", "unobserved_serving", "unobserved", "sick"];

    private static readonly (string Name, string Help)[] KeeperRoles =
    [
        ("stolon_keeper_target_role", "1 for the role the keeper is asked to have"),
        ("stolon_keeper_local_role", "1 for the role PostgreSQL has"),
    ];

    private static readonly (string Name, string Help)[] Sentinel =
    [
        ("stolon_sentinel_last_cluster_check_success_seconds", "Unix time of the last complete check as leader"),
        ("stolon_sentinel_is_leader", "1 while this sentinel leads"),
        ("stolon_sentinel_leader_count", "How often this sentinel became leader"),
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
                "stolon_keeper_complaint", "1 while the keeper finds something wrong about the subject", 0,
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
                "stolon_keeper_postgres_state", "1 for how the keeper finds PostgreSQL", 0,
                new MetricLabel("state", state));
        }
    }
}
