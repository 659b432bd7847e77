namespace Stolon.Core.Model;

/// <summary>What the cluster as a whole is.</summary>
public enum ClusterRole
{
    /// <summary>Its primary takes writes.</summary>
    Primary,

    /// <summary>Its first instance follows a server outside the cluster.</summary>
    Standby,
}

/// <summary>What one PostgreSQL instance is, or is to be.</summary>
public enum InstanceRole
{
    Primary,
    Standby,
}

/// <summary>Which hosts the superuser and the replication user may come from.</summary>
public enum ReplicationAccess
{
    /// <summary>Any.</summary>
    All,

    /// <summary>Only the addresses of the cluster's other instances.</summary>
    Strict,
}
