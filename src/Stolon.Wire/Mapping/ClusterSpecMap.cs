using Stolon.Core.Model;
using Stolon.Wire.Json;
using Stolon.Wire.V1;

namespace Stolon.Wire.Mapping;

/// <summary>Converts the cluster specification.</summary>
internal static class ClusterSpecMap
{
    /// <param name="at">The path of the specification, with a dot at its end, or empty; for messages.</param>
    public static ClusterSpec ToDomain(this ClusterSpecV1 wire, string at) => new()
    {
        SleepInterval = wire.SleepInterval,
        RequestTimeout = wire.RequestTimeout,
        ConvergenceTimeout = wire.ConvergenceTimeout,
        InitTimeout = wire.InitTimeout,
        SyncTimeout = wire.SyncTimeout,
        DbWaitReadyTimeout = wire.DbWaitReadyTimeout,
        FailInterval = wire.FailInterval,
        DeadKeeperRemovalInterval = wire.DeadKeeperRemovalInterval,
        ProxyCheckInterval = wire.ProxyCheckInterval,
        ProxyTimeout = wire.ProxyTimeout,
        MaxStandbys = wire.MaxStandbys,
        MaxStandbysPerSender = wire.MaxStandbysPerSender,
        MaxStandbyLagBytes = wire.MaxStandbyLag,
        SynchronousReplication = wire.SynchronousReplication,
        MinSynchronousStandbys = wire.MinSynchronousStandbys,
        MaxSynchronousStandbys = wire.MaxSynchronousStandbys,
        AdditionalWalSenders = wire.AdditionalWalSenders,
        ExtraPrimarySlots = wire.AdditionalMasterReplicationSlots.ToStrings(),
        UsePgRewind = wire.UsePgrewind,
        InitMode = wire.InitMode is { } initMode ? ReadInitMode(initMode, at) : null,
        MergePgParameters = wire.MergePgParameters,
        Role = wire.Role is { } role ? WireNames.ClusterRole.Read(role, at + "role") : null,
        NewConfig = wire.NewConfig?.ToDomain(),
        PointInTimeConfig = wire.PitrConfig?.ToDomain(),
        ExistingConfig = wire.ExistingConfig?.ToDomain(),
        StandbyConfig = wire.StandbyConfig?.ToDomain(),
        ReplicationAccess = wire.DefaultSuReplAccessMode is { } access
            ? WireNames.ReplicationAccess.Read(access, at + "defaultSUReplAccessMode")
            : null,
        PgParameters = wire.PgParameters.ToStrings(),
        PgHba = wire.PgHba.ToStrings(),
        AutomaticPgRestart = wire.AutomaticPgRestart,
    };

    public static ClusterSpecV1 ToWire(this ClusterSpec spec) => new()
    {
        SleepInterval = spec.SleepInterval,
        RequestTimeout = spec.RequestTimeout,
        ConvergenceTimeout = spec.ConvergenceTimeout,
        InitTimeout = spec.InitTimeout,
        SyncTimeout = spec.SyncTimeout,
        DbWaitReadyTimeout = spec.DbWaitReadyTimeout,
        FailInterval = spec.FailInterval,
        DeadKeeperRemovalInterval = spec.DeadKeeperRemovalInterval,
        ProxyCheckInterval = spec.ProxyCheckInterval,
        ProxyTimeout = spec.ProxyTimeout,
        MaxStandbys = spec.MaxStandbys,
        MaxStandbysPerSender = spec.MaxStandbysPerSender,
        MaxStandbyLag = spec.MaxStandbyLagBytes,
        SynchronousReplication = spec.SynchronousReplication,
        MinSynchronousStandbys = spec.MinSynchronousStandbys,
        MaxSynchronousStandbys = spec.MaxSynchronousStandbys,
        AdditionalWalSenders = spec.AdditionalWalSenders,
        AdditionalMasterReplicationSlots = spec.ExtraPrimarySlots.ToWire(),
        UsePgrewind = spec.UsePgRewind,
        InitMode = spec.InitMode is { } initMode ? WireNames.ClusterInitMode.Write(initMode) : null,
        MergePgParameters = spec.MergePgParameters,
        Role = spec.Role is { } role ? WireNames.ClusterRole.Write(role) : null,
        NewConfig = spec.NewConfig?.ToWire(),
        PitrConfig = spec.PointInTimeConfig?.ToWire(),
        ExistingConfig = spec.ExistingConfig?.ToWire(),
        StandbyConfig = spec.StandbyConfig?.ToWire(),
        DefaultSuReplAccessMode =
        spec.ReplicationAccess is { } access ? WireNames.ReplicationAccess.Write(access) : null,
        PgParameters = spec.PgParameters.ToWire(),
        PgHba = spec.PgHba.ToWire(),
        AutomaticPgRestart = spec.AutomaticPgRestart,
    };

    /// <summary>The specification with all defaults written out.</summary>
    public static ClusterSpec WithDefaults(this ClusterSpec spec)
    {
        var all = ClusterSettings.From(spec);
        return spec with
        {
            SleepInterval = all.SleepInterval,
            RequestTimeout = all.RequestTimeout,
            ConvergenceTimeout = all.ConvergenceTimeout,
            InitTimeout = all.InitTimeout,
            SyncTimeout = all.SyncTimeout,
            DbWaitReadyTimeout = all.DbWaitReadyTimeout,
            FailInterval = all.FailInterval,
            DeadKeeperRemovalInterval = all.DeadKeeperRemovalInterval,
            ProxyCheckInterval = all.ProxyCheckInterval,
            ProxyTimeout = all.ProxyTimeout,
            MaxStandbys = all.MaxStandbys,
            MaxStandbysPerSender = all.MaxStandbysPerSender,
            MaxStandbyLagBytes = all.MaxStandbyLagBytes,
            SynchronousReplication = all.SynchronousReplication,
            MinSynchronousStandbys = all.MinSynchronousStandbys,
            MaxSynchronousStandbys = all.MaxSynchronousStandbys,
            AdditionalWalSenders = all.AdditionalWalSenders,
            UsePgRewind = all.UsePgRewind,
            MergePgParameters = all.MergePgParameters,
            Role = all.Role,
            ReplicationAccess = all.ReplicationAccess,
            AutomaticPgRestart = all.AutomaticPgRestart,
        };
    }

    /// <summary>Operators know this text from stolon's validation (docs/spec/cluster-specification.md 2).</summary>
    private static ClusterInitMode ReadInitMode(string word, string at)
    {
        foreach (var (candidate, value) in WireNames.ClusterInitMode)
        {
            if (candidate == word)
            {
                return value;
            }
        }

        throw new WireValueException($"unknown initMode: \"{word}\"", at + "initMode");
    }
}
