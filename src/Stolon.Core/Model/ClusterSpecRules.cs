using Stolon.Core.Postgres;

namespace Stolon.Core.Model;

/// <summary>What a cluster specification must satisfy (docs/spec/cluster-specification.md 2): in stolon's order and,
/// where operators know them, with its texts.</summary>
public static class ClusterSpecRules
{
    /// <summary>The first problem, as stolon reports it; null: the specification is valid.</summary>
    public static string? FirstProblem(ClusterSpec spec) => Problems(spec).FirstOrDefault();

    /// <summary>All problems of the specification with its defaults filled in; empty: it is valid.</summary>
    public static IEnumerable<string> Problems(ClusterSpec spec)
    {
        var settings = ClusterSettings.From(spec);
        return DurationProblems(settings)
            .Concat(StandbyCountProblems(settings))
            .Concat(settings.InitMode is null ? ["initMode undefined"] : [])
            .Concat((settings.ExtraPrimarySlots ?? []).Select(ReplicationSlotName.ProblemWith).OfType<string>())
            .Concat(HbaProblems(settings))
            .Concat(InitModeProblems(settings))
            .Concat(RoleProblems(settings));
    }

    /// <summary>Zero is accepted: stolon accepts it although its message says "must be positive".</summary>
    private static IEnumerable<string> DurationProblems(ClusterSettings settings)
    {
        (string Name, TimeSpan Value)[] durations =
        [
            ("sleepInterval", settings.SleepInterval),
            ("requestTimeout", settings.RequestTimeout),
            ("convergenceTimeout", settings.ConvergenceTimeout),
            ("initTimeout", settings.InitTimeout),
            ("syncTimeout", settings.SyncTimeout),
            ("dbWaitReadyTimeout", settings.DbWaitReadyTimeout),
            ("failInterval", settings.FailInterval),
            ("deadKeeperRemovalInterval", settings.DeadKeeperRemovalInterval),
            ("proxyCheckInterval", settings.ProxyCheckInterval),
            ("proxyTimeout", settings.ProxyTimeout),
        ];
        foreach (var (name, value) in durations)
        {
            if (value < TimeSpan.Zero)
            {
                yield return $"{name} must not be negative";
            }
        }

        if (settings.ProxyCheckInterval >= settings.ProxyTimeout)
        {
            yield return "proxyCheckInterval must be less than proxyTimeout";
        }
    }

    private static IEnumerable<string> StandbyCountProblems(ClusterSettings settings)
    {
        if (settings.MaxStandbys < 1)
        {
            yield return "maxStandbys must be at least 1";
        }

        if (settings.MaxStandbysPerSender < 1)
        {
            yield return "maxStandbysPerSender must be at least 1";
        }

        if (settings.MaxSynchronousStandbys < 1)
        {
            yield return "maxSynchronousStandbys must be at least 1";
        }

        if (settings.MaxSynchronousStandbys < settings.MinSynchronousStandbys)
        {
            yield return "maxSynchronousStandbys must not be less than minSynchronousStandbys";
        }
    }

    private static IEnumerable<string> HbaProblems(ClusterSettings settings) =>
        (settings.PgHba ?? [])
            .Where(entry => entry.Contains('\n'))
            .Select(_ => "pgHBA entries must not contain a newline");

    private static IEnumerable<string> InitModeProblems(ClusterSettings settings)
    {
        switch (settings.InitMode)
        {
            case ClusterInitMode.New when settings.Role == ClusterRole.Standby:
                yield return "initMode new cannot be used with cluster role standby";
                break;
            case ClusterInitMode.Existing when settings.ExistingConfig is null:
                yield return "existingConfig undefined, required with initMode existing";
                break;
            case ClusterInitMode.Existing when string.IsNullOrEmpty(settings.ExistingConfig?.KeeperUid):
                yield return "existingConfig.keeperUID undefined";
                break;
            case ClusterInitMode.PointInTimeRecovery when settings.PointInTimeConfig is null:
                yield return "pitrConfig undefined, required with initMode pitr";
                break;
            case ClusterInitMode.PointInTimeRecovery:
                if (string.IsNullOrEmpty(settings.PointInTimeConfig?.DataRestoreCommand))
                {
                    yield return "pitrConfig.dataRestoreCommand undefined";
                }

                if (settings is { Role: ClusterRole.Standby, PointInTimeConfig.RecoveryTarget: not null })
                {
                    yield return "pitrConfig.recoveryTargetSettings cannot be used with cluster role standby";
                }

                break;
        }
    }

    private static IEnumerable<string> RoleProblems(ClusterSettings settings) =>
        settings is { Role: ClusterRole.Standby, StandbyConfig: null }
            ? ["standbyConfig undefined, required with cluster role standby"]
            : [];
}
