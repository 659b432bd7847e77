using Stolon.EndToEnd.Tests.Rig.Stores;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>What a cluster is made of.</summary>
public sealed record ClusterShape
{
    /// <summary>The times of a specification that keeps a test short: failures count after 4 s.</summary>
    public const string ShortTimes =
        """
        "sleepInterval":"1s","requestTimeout":"3s","failInterval":"4s","proxyCheckInterval":"1s","proxyTimeout":"4s",
        "dbWaitReadyTimeout":"30s"
        """;

    /// <summary>Small servers without fsync: the tests end processes, never the system below them. Checksums allow a
    /// rewind whatever else is set.</summary>
    public const string SmallServers =
        """
        "initMode":"new","newConfig":{"dataChecksums":true},"pgParameters":{"fsync":"off","shared_buffers":"16MB",
        "max_connections":"60"}
        """;

    /// <summary>Asynchronous replication; old primaries rejoin by rewind.</summary>
    public static readonly ClusterShape Asynchronous = new()
    {
        Specification = $$"""{ {{SmallServers}}, {{ShortTimes}}, "usePgrewind":true }""",
    };

    /// <summary>Every time at its default, for figures.</summary>
    public static readonly ClusterShape DefaultTimes = new()
    {
        Specification = $$"""{ {{SmallServers}}, "usePgrewind":true, "synchronousReplication":true }""",
    };

    /// <summary>One synchronous standby.</summary>
    public static readonly ClusterShape Synchronous = new()
    {
        Specification = $$"""{ {{SmallServers}}, {{ShortTimes}}, "usePgrewind":true, "synchronousReplication":true }""",
    };

    /// <summary>JSON (docs/spec/cluster-specification.md 1).</summary>
    public required string Specification { get; init; }

    /// <summary>What every PostgreSQL listens on.</summary>
    public string Host { get; init; } = "127.0.0.1";

    public int Keepers { get; init; } = 3;

    public int Sentinels { get; init; } = 2;

    public int Proxies { get; init; } = 1;

    public StoreKind Store { get; init; } = StoreKind.EtcdV3;

    /// <summary>What goes to and from a store's server is counted (<see cref="CountedStore"/>).</summary>
    public bool CountsTraffic { get; init; }

    /// <summary>Each program runs on a terminal of its own, which <see cref="TestCluster.Terminals"/> reads.</summary>
    public bool OnTerminals { get; init; }

    /// <summary>Each program serves metrics, which <see cref="TestCluster.MetricsAsync"/> reads.</summary>
    public bool WithMetrics { get; init; }

    /// <summary>etcd with TLS and users, and certificates for the tests' own connections as PostgreSQL's superuser.
    /// Null: plain etcd, passwords.</summary>
    public ClusterCertificates? Certificates { get; init; }

    /// <summary>Keepers are given the passwords of the internal users.</summary>
    public bool WithPasswords { get; init; } = true;

    /// <summary>More options of all keepers.</summary>
    public IReadOnlyList<string> EveryKeeper { get; init; } = [];

    /// <summary>More options of a keeper, by its number from 1. Such keepers start after the cluster is initialised, so
    /// that they are not the first primary.</summary>
    public IReadOnlyDictionary<int, string[]> KeeperOptions { get; init; } = new Dictionary<int, string[]>();
}
