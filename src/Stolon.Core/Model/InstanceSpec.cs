using Stolon.Core.Common;

namespace Stolon.Core.Model;

/// <summary>What a keeper does when its local data belong to another instance uid (docs/spec/cluster-data.md
/// 6).</summary>
public enum InstanceInitMode
{
    /// <summary>Refuse: the data of this instance existed and are gone.</summary>
    None,

    /// <summary>Adopt the present data directory.</summary>
    Existing,

    /// <summary>initdb.</summary>
    New,

    /// <summary>Restore a backup.</summary>
    PointInTimeRecovery,

    /// <summary>Rewind to, or clone from, the followed instance.</summary>
    Resync,
}

/// <summary>The desired state of an instance (docs/spec/cluster-data.md 4, DBSpec). A change of any member is a new
/// generation.</summary>
public sealed record InstanceSpec
{
    public required KeeperUid Keeper { get; init; }

    public TimeSpan RequestTimeout { get; init; }

    public ushort MaxStandbys { get; init; }

    public bool SynchronousReplication { get; init; }

    public bool UsePgRewind { get; init; }

    public ushort AdditionalWalSenders { get; init; }

    /// <summary>Null on standbys.</summary>
    public ValueList<string>? AdditionalReplicationSlots { get; init; }

    /// <summary>Null: missing, which a keeper treats as unknown.</summary>
    public InstanceInitMode? InitMode { get; init; }

    public NewConfig? NewConfig { get; init; }

    public PointInTimeConfig? PointInTimeConfig { get; init; }

    public ValueMap<string, string> PgParameters { get; init; } = ValueMap<string, string>.Empty;

    /// <summary>Null: the default entries; an empty list: none.</summary>
    public ValueList<string>? PgHba { get; init; }

    /// <summary>Null: undefined, no keeper carries it out.</summary>
    public InstanceRole? Role { get; init; }

    /// <summary>Null unless <see cref="Role"/> is standby.</summary>
    public FollowSource? Follow { get; init; }

    /// <summary>The instances that stream from this one, sorted; each has a replication slot here.</summary>
    public ValueList<InstanceUid> Followers { get; init; }

    /// <summary>Keep the parameters found at initialisation in force (only while initialising).</summary>
    public bool IncludePreviousConfig { get; init; }

    /// <summary>The standbys that every commit waits for, sorted. Null: synchronous replication is off.</summary>
    public ValueList<InstanceUid>? SynchronousStandbys { get; init; }

    /// <summary>Other names that commits wait for; in practice only <see cref="PlaceholderStandby"/>.</summary>
    public ValueList<string>? ExternalSynchronousStandbys { get; init; }

    /// <summary>A name that no standby has: with it in the list, commits block instead of going unconfirmed.</summary>
    public const string PlaceholderStandby = "stolonfakestandby";
}
