using System.Diagnostics;
using Stolon.Core.Model;

namespace Stolon.Agents.Ports.Store;

/// <summary>The result of reading the cluster data.</summary>
public abstract record ClusterDataRead
{
    private ClusterDataRead()
    {
    }

    /// <summary>No cluster data.</summary>
    /// <param name="Revision">Null: the key does not exist. Otherwise its value is JSON <c>null</c>, at this
    /// revision.</param>
    public sealed record Absent(Revision? Revision) : ClusterDataRead;

    /// <summary>Cluster data of the right format whose specification validates.</summary>
    public sealed record Found(ClusterData Data, Revision Revision) : ClusterDataRead;

    /// <summary>A document of an unsupported format version, or with an invalid specification. Agents must not act on
    /// it.</summary>
    /// <param name="Problem">What is wrong, as a text.</param>
    public sealed record Unusable(string Problem, Revision Revision) : ClusterDataRead;

    public T Match<T>(Func<Absent, T> absent, Func<Found, T> found, Func<Unusable, T> unusable) => this switch
    {
        Absent a => absent(a),
        Found f => found(f),
        Unusable u => unusable(u),
        _ => throw new UnreachableException(),
    };
}
