namespace Stolon.Core.Model;

/// <summary>The role of the cluster.</summary>
public enum ClusterRole
{
    /// <summary>Its primary accepts writes.</summary>
    Primary,

    /// <summary>Its first instance follows a server outside the cluster.</summary>
    Standby,
}

/// <summary>The role of a PostgreSQL instance.</summary>
public enum InstanceRole
{
    Primary,
    Standby,
}

/// <summary>From which hosts the superuser and the replication user may connect.</summary>
public enum ReplicationAccess
{
    /// <summary>Any host.</summary>
    All,

    /// <summary>Only the addresses of the cluster's other instances.</summary>
    Strict,
}
