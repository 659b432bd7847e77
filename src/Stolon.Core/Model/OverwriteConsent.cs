using Stolon.Core.Common;

namespace Stolon.Core.Model;

/// <summary>The operator's yes to <c>stolonctl init</c>: which data of other clusters this one may take the place of.
/// It lives and dies with the cluster it was given for.</summary>
public sealed record OverwriteConsent
{
    /// <summary>On stolonctl's wall clock; only to be shown.</summary>
    public WallTime Given { get; init; }

    /// <summary>Nothing was known of any data: whatever keepers hold until the cluster has its first primary.</summary>
    public bool Any { get; init; }

    /// <summary>The clusters whose data were shown before the question, sorted.</summary>
    public ValueList<ClusterUid> Clusters { get; init; }

    /// <summary>Of the data shown that no cluster is known of, sorted.</summary>
    public ValueList<string> SystemIdentifiers { get; init; }

    /// <param name="replaced">The cluster whose data are replaced in the store; null: none is known.</param>
    /// <param name="shown">What keepers hold.</param>
    public static OverwriteConsent For(WallTime given, ClusterUid? replaced, IEnumerable<HeldData> shown)
    {
        var none = new OverwriteConsent { Given = given };
        var consent = (replaced is { } cluster ? none with { Clusters = [cluster] } : none).With(shown);
        return consent with { Any = consent.Clusters.IsEmpty && consent.SystemIdentifiers.IsEmpty };
    }

    /// <summary>Whether these data may be given up.</summary>
    public bool Covers(HeldData data) => Any || (data.Cluster is { } cluster
        ? Clusters.Contains(cluster)
        : data.SystemIdentifier is { } identifier && SystemIdentifiers.Contains(identifier));

    /// <summary>The cluster has its first primary: from now on no more than what keepers hold now.</summary>
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
