using Stolon.Core.Model;

namespace Stolon.Agents.Sentinel;

/// <summary>Options of a sentinel.</summary>
public sealed record SentinelOptions
{
    public required SentinelUid Uid { get; init; }

    /// <summary>Used only while the store has no cluster data; null: wait for <c>stolonctl init</c>.</summary>
    public ClusterSpec? InitialSpec { get; init; }
}
