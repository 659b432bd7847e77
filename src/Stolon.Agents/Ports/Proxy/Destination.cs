using System.Net;

namespace Stolon.Agents.Ports.Proxy;

/// <summary>A PostgreSQL server that clients may be connected to.</summary>
public sealed record Destination
{
    public required IPEndPoint Address { get; init; }

    /// <summary>For the metrics.</summary>
    public required DestinationRole Role { get; init; }

    /// <summary>0 or more; a lower rank is preferred.</summary>
    public int Rank { get; init; }
}

/// <summary>The role of a server that clients are connected to.</summary>
public enum DestinationRole
{
    Primary,
    Standby,
}
