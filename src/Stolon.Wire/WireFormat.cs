using System.Text;
using System.Text.Json.Nodes;
using Stolon.Core.Model;
using Stolon.Wire.Foreign;
using Stolon.Wire.Json;
using Stolon.Wire.Mapping;
using Stolon.Wire.V1;

namespace Stolon.Wire;

/// <summary>Converts the documents in the store, version 1 of the format, to and from the domain (docs/spec/store.md 4,
/// docs/spec/cluster-data.md).</summary>
/// <remarks>Members that the format does not have are ignored; those of the cluster data are kept
/// (<see cref="ForeignMembers"/>). stolon loses them at the next write.</remarks>
public static class WireFormat
{
    /// <summary>The only <c>formatVersion</c> since stolon 0.5.</summary>
    public const ulong Version = 1;

    private const string ClusterDataName = "cluster data";

    public static byte[] Write(ClusterData data) => Write(data, WireV1Context.Compact);

    public static byte[] Write(KeeperReport report) =>
        JsonText.Write(report.ToWire(), WireV1Context.Compact.KeeperInfoV1);

    public static byte[] Write(ProxyReport report) =>
        JsonText.Write(report.ToWire(), WireV1Context.Compact.ProxyInfoV1);

    public static byte[] Write(SentinelReport report) =>
        JsonText.Write(report.ToWire(), WireV1Context.Compact.SentinelInfoV1);

    /// <summary>The cluster data as <c>stolonctl clusterdata read --pretty</c> shows it: indented with tabs.</summary>
    public static byte[] WriteIndented(ClusterData data) => Write(data, WireV1Context.Indented);

    /// <summary>Reads the cluster data; null: the document is JSON <c>null</c>, which means "none".</summary>
    /// <exception cref="WireFormatException">Not JSON, of another format version, or not what the format allows. The
    /// format version is checked first, so that the error for a document of another version says so.</exception>
    public static ClusterData? ReadClusterData(ReadOnlyMemory<byte> document)
    {
        document = GoStrings.Repair(document);
        var version = JsonText.Read(ClusterDataName, document, WireV1Context.Compact.FormatVersionV1);
        if (version is null)
        {
            return null;
        }

        if (version.FormatVersion is not Version)
        {
            throw new WireFormatException(
                ClusterDataName, "", $"unsupported clusterdata format version {version.FormatVersion ?? 0}");
        }

        return ForeignMembersMap.With(
            JsonText.Read(ClusterDataName, document, WireV1Context.Compact.ClusterDataV1, wire => wire.ToDomain())!,
            document);
    }

    /// <exception cref="WireFormatException">Not JSON, or not what the format allows.</exception>
    public static KeeperReport ReadKeeperReport(ReadOnlyMemory<byte> document) =>
        JsonText.Read("keeper info", document, WireV1Context.Compact.KeeperInfoV1, wire => wire.ToDomain())
        ?? throw new WireFormatException("keeper info", "", "is null");

    /// <exception cref="WireFormatException">Not JSON, or not what the format allows.</exception>
    public static ProxyReport ReadProxyReport(ReadOnlyMemory<byte> document) =>
        JsonText.Read("proxy info", document, WireV1Context.Compact.ProxyInfoV1, wire => wire.ToDomain())
        ?? throw new WireFormatException("proxy info", "", "is null");

    /// <exception cref="WireFormatException">Not JSON, or not what the format allows.</exception>
    public static SentinelReport ReadSentinelReport(ReadOnlyMemory<byte> document) =>
        JsonText.Read("sentinel info", document, WireV1Context.Compact.SentinelInfoV1, wire => wire.ToDomain())
        ?? throw new WireFormatException("sentinel info", "", "is null");

    private static byte[] Write(ClusterData data, WireV1Context form)
    {
        var own = JsonText.Write(data.ToWire(), form.ClusterDataV1);
        return ForeignMembersMap.Of(data) is { } foreign
            ? Encoding.UTF8.GetBytes(
                ForeignMerge.Merge(JsonNode.Parse(own)!.AsObject(), foreign, form.ClusterDataV1)
                    .ToJsonString(form.Options))
            : own;
    }
}
