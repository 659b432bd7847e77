using System.Net;

namespace Stolon.Agents.Ports.Proxy;

/// <summary>A PostgreSQL server that clients may be joined with.</summary>
public sealed record Destination
{
    public required IPEndPoint Address { get; init; }

    /// <summary>What the server is, for the figures.</summary>
    public required DestinationRole Role { get; init; }

    /// <summary>0 or more; a lower rank is taken first.</summary>
    public int Rank { get; init; }
}
