using System.Diagnostics.Metrics;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>docs/spec/metrics.md 1, keeper.</summary>
internal static class KeeperGauges
{
    private static readonly Gauge<double> LastRead = Gauges.Of("stolon_keeper_clusterdata_last_valid_update_seconds");
    private static readonly Gauge<double> LastSync = Gauges.Of("stolon_keeper_last_sync_success_seconds");
    private static readonly Gauge<double> SleepInterval = Gauges.Of("stolon_keeper_sleep_interval");
    private static readonly Gauge<double> NeedsReload = Gauges.Of("stolon_keeper_needs_reload");
    private static readonly Gauge<double> NeedsRestart = Gauges.Of("stolon_keeper_needs_restart");
    private static readonly Gauge<double> Shutdown = Gauges.Of("stolon_keeper_shutdown_seconds");
    private static readonly Gauge<double> Complaint = Gauges.Of("stolon_keeper_complaint");
    private static readonly Gauge<double> TargetRole = Gauges.Of("stolon_keeper_target_role");
    private static readonly Gauge<double> Observation = Gauges.Of("stolon_keeper_postgres_state");
    private static readonly Gauge<double> WriteProblem = Gauges.Of("stolon_keeper_write_problem");
    private static readonly Gauge<double> LocalRole = Gauges.Of("stolon_keeper_local_role");

    private static readonly Gauge<double> SettingsLeftOut = Gauges.Of("stolon_keeper_settings_left_out");

    /// <summary>The operator's settings that PostgreSQL did not accept.</summary>
    public static void LeftOut(ValueList<LeftOutEntry> entries)
    {
        foreach (var (kind, word) in ((LeftOutKind, string)[])
            [(LeftOutKind.Parameter, "parameter"), (LeftOutKind.Access, "access")])
        {
            SettingsLeftOut.Record(
                entries.Count(e => e.Kind == kind), new KeyValuePair<string, object?>("kind", word));
        }
    }

    private static volatile PostgresReport? _seen;

    static KeeperGauges()
    {
        Gauges.Observe("stolon_keeper_slot_retained_bytes", () => (_seen?.Slots ?? []).Select(
            s => new Measurement<double>(s.RetainedBytes, new KeyValuePair<string, object?>("slot", s.Name))));
        Gauges.Observe("stolon_keeper_wal_disk_free_bytes", () =>
            _seen?.WalDisk is { } disk ? [new Measurement<double>(disk.FreeBytes)] : []);
    }

    public static void ReadClusterData(TimeProvider time, TimeSpan sleepInterval)
    {
        LastRead.Record(Gauges.UnixSeconds(time));
        SleepInterval.Record(Math.Floor(sleepInterval.TotalSeconds));
    }

    public static void Roles(KeeperView view)
    {
        Role(TargetRole, view.Assigned?.Spec.Role);
        Role(LocalRole, view.Observation.Data?.Role);
        NeedsRestart.Record(view.Observation.Server?.Answers?.PendingRestart == true ? 1 : 0);
    }

    /// <summary>The newest observation.</summary>
    public static void Observed(PostgresReport report)
    {
        _seen = report;
        var state = report switch
        {
            { Healthy: true, Obstacle: null } => "healthy",
            { Healthy: true } => "healthy_with_obstacle",
            { Obstacle: null } => "sick",
            { Serves: true } => "unobserved_serving",
            _ => "unobserved",
        };
        foreach (var one in (string[])["healthy", "healthy_with_obstacle", "unobserved_serving", "unobserved", "sick"])
        {
            Observation.Record(one == state ? 1 : 0, new KeyValuePair<string, object?>("state", one));
        }

        WriteProblem.Record(report.WriteProblem is null ? 0 : 1);
    }

    public static void Did(KeeperPlan plan, bool done, TimeProvider time)
    {
        if (plan.Steps.Any(s => s is KeeperStep.Reload))
        {
            NeedsReload.Record(done ? 0 : 1);
        }

        if (done && plan.Verdict is KeeperVerdict.Converged)
        {
            LastSync.Record(Gauges.UnixSeconds(time));
        }
    }

    public static void Complains(ComplaintSubject subject, bool complains) => Complaint.Record(
        complains ? 1 : 0,
        new KeyValuePair<string, object?>("subject", subject.ToString().ToLowerInvariant()));

    public static void ShuttingDown(TimeProvider time) => Shutdown.Record(Gauges.UnixSeconds(time));

    private static void Role(Gauge<double> gauge, InstanceRole? role)
    {
        gauge.Record(role is null ? 1 : 0, new KeyValuePair<string, object?>("role", "undefined"));
        gauge.Record(role == InstanceRole.Primary ? 1 : 0, new KeyValuePair<string, object?>("role", "primary"));
        gauge.Record(role == InstanceRole.Standby ? 1 : 0, new KeyValuePair<string, object?>("role", "standby"));
    }
}
