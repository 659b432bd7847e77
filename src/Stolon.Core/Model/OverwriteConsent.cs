using Stolon.Core.Common;

namespace Stolon.Core.Model;

/// <summary>The operator's consent given to <c>stolonctl init</c>: the data of other clusters that this one may
/// replace. It belongs to this cluster only.</summary>
public sealed record OverwriteConsent
{
    /// <summary>On stolonctl's wall clock; only to be shown.</summary>
    public WallTime Given { get; init; }

    /// <summary>No data were known: the consent covers all data on keepers until the cluster has its first
    /// primary.</summary>
    public bool Any { get; init; }

    /// <summary>The clusters whose data were shown when the operator was asked, sorted.</summary>
    public ValueList<ClusterUid> Clusters { get; init; }

    /// <summary>The system identifiers of the data shown whose cluster is not known, sorted.</summary>
    public ValueList<string> SystemIdentifiers { get; init; }

    /// <param name="replaced">The cluster whose cluster data are replaced in the store; null: none is known.</param>
    /// <param name="shown">The data on the keepers.</param>
    public static OverwriteConsent For(WallTime given, ClusterUid? replaced, IEnumerable<HeldData> shown)
    {
        var none = new OverwriteConsent { Given = given };
        var consent = (replaced is { } cluster ? none with { Clusters = [cluster] } : none).With(shown);
        return consent with { Any = consent.Clusters.IsEmpty && consent.SystemIdentifiers.IsEmpty };
    }

    /// <summary>Whether these data may be replaced.</summary>
    public bool Covers(HeldData data) => Any || (data.Cluster is { } cluster
        ? Clusters.Contains(cluster)
        : data.SystemIdentifier is { } identifier && SystemIdentifiers.Contains(identifier));

    /// <summary>The consent when the cluster has its first primary: from then on it covers no more than the data on the
    /// keepers now.</summary>
    public OverwriteConsent Narrowed(IEnumerable<HeldData> held) => Any ? With(held) with { Any = false } : this;

    private OverwriteConsent With(IEnumerable<HeldData> held)
    {
        var all = held.ToList();
        return this with
        {
            Clusters = Clusters
                .Concat(all.Where(h => h.Cluster is not null).Select(h => h.Cluster!.Value))
                .ToSortedSet(),
            SystemIdentifiers = SystemIdentifiers
                .Concat(all.Where(h => h is { Cluster: null, SystemIdentifier: not null })
                    .Select(h => h.SystemIdentifier!))
                .ToSortedSet(),
        };
    }
}
