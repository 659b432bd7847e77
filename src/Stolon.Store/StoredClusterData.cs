using Stolon.Agents.Ports.Store;
using Stolon.Core.Model;
using Stolon.Wire;

namespace Stolon.Store;

/// <summary>Decodes the document with the cluster data.</summary>
public static class StoredClusterData
{
    /// <summary>A document that cannot be decoded is unusable: it exists at a known revision, but no program may act on
    /// it.</summary>
    public static ClusterDataRead Read(ReadOnlyMemory<byte> document, Revision revision)
    {
        try
        {
            var data = WireFormat.ReadClusterData(document);
            return data is null ? new ClusterDataRead.Absent(revision)
                : ClusterSpecRules.FirstProblem(data.Cluster.Spec) is { } problem
                    ? new ClusterDataRead.Unusable("invalid cluster spec: " + problem, revision)
                    : new ClusterDataRead.Found(data, revision);
        }
        catch (WireFormatException e)
        {
            return new ClusterDataRead.Unusable(e.Message, revision);
        }
    }
}
