using Stolon.Core.Common;

namespace Stolon.Ctl.Discovery;

/// <summary>How a cluster's instances are registered.</summary>
internal sealed record DiscoveryOptions
{
    /// <summary>The cluster's name.</summary>
    public required string ServiceName { get; init; }

    /// <summary>False: only standbys are registered.</summary>
    public required bool WithPrimary { get; init; }

    /// <summary>In the order in which they were given.</summary>
    public required ValueList<string> PrimaryTags { get; init; }

    /// <inheritdoc cref="PrimaryTags"/>
    public required ValueList<string> StandbyTags { get; init; }

    /// <summary>Between two rounds.</summary>
    public required TimeSpan Interval { get; init; }
}
