using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Proxy;

/// <summary>What a proxy remembers between checks for its read-only port.</summary>
public sealed record ReadRouteMemory
{
    /// <summary>Whose memory; null: of nothing yet.</summary>
    public ClusterUid? Cluster { get; init; }

    public PrimaryTrack Track { get; init; } = new();

    /// <summary>The standbys that are being read from, sorted.</summary>
    public ValueList<InstanceUid> Served { get; init; }

    /// <summary>After everything was closed: who is to be read from must qualify anew.</summary>
    public ReadRouteMemory Closed() => this with { Served = [] };
}
