namespace Stolon.Core.Model;

/// <summary>A keeper: one data directory and the PostgreSQL instance on it. Form: <c>^[a-z0-9_]+$</c>.</summary>
public readonly record struct KeeperUid(string Value) : IComparable<KeeperUid>
{
    public int CompareTo(KeeperUid other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(KeeperUid left, KeeperUid right) => left.CompareTo(right) < 0;

    public static bool operator >(KeeperUid left, KeeperUid right) => left.CompareTo(right) > 0;

    public static bool operator <=(KeeperUid left, KeeperUid right) => left.CompareTo(right) <= 0;

    public static bool operator >=(KeeperUid left, KeeperUid right) => left.CompareTo(right) >= 0;
}

/// <summary>One life of a PostgreSQL instance on a keeper ("db" in the stored format). A new uid means: initialise
/// again.</summary>
public readonly record struct InstanceUid(string Value) : IComparable<InstanceUid>
{
    public int CompareTo(InstanceUid other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(InstanceUid left, InstanceUid right) => left.CompareTo(right) < 0;

    public static bool operator >(InstanceUid left, InstanceUid right) => left.CompareTo(right) > 0;

    public static bool operator <=(InstanceUid left, InstanceUid right) => left.CompareTo(right) <= 0;

    public static bool operator >=(InstanceUid left, InstanceUid right) => left.CompareTo(right) >= 0;
}

/// <summary>A running proxy process; new at every start.</summary>
public readonly record struct ProxyUid(string Value) : IComparable<ProxyUid>
{
    public int CompareTo(ProxyUid other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(ProxyUid left, ProxyUid right) => left.CompareTo(right) < 0;

    public static bool operator >(ProxyUid left, ProxyUid right) => left.CompareTo(right) > 0;

    public static bool operator <=(ProxyUid left, ProxyUid right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ProxyUid left, ProxyUid right) => left.CompareTo(right) >= 0;
}

/// <summary>A running sentinel process; new at every start.</summary>
public readonly record struct SentinelUid(string Value) : IComparable<SentinelUid>
{
    public int CompareTo(SentinelUid other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(SentinelUid left, SentinelUid right) => left.CompareTo(right) < 0;

    public static bool operator >(SentinelUid left, SentinelUid right) => left.CompareTo(right) > 0;

    public static bool operator <=(SentinelUid left, SentinelUid right) => left.CompareTo(right) <= 0;

    public static bool operator >=(SentinelUid left, SentinelUid right) => left.CompareTo(right) >= 0;
}

/// <summary>One life of a cluster; new at every initialisation.</summary>
public readonly record struct ClusterUid(string Value) : IComparable<ClusterUid>
{
    public int CompareTo(ClusterUid other) => string.CompareOrdinal(Value, other.Value);

    public override string ToString() => Value;

    public static bool operator <(ClusterUid left, ClusterUid right) => left.CompareTo(right) < 0;

    public static bool operator >(ClusterUid left, ClusterUid right) => left.CompareTo(right) > 0;

    public static bool operator <=(ClusterUid left, ClusterUid right) => left.CompareTo(right) <= 0;

    public static bool operator >=(ClusterUid left, ClusterUid right) => left.CompareTo(right) >= 0;
}
