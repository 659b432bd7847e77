using System.Text.Json;
using System.Text.Json.Nodes;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Wire.V1;

namespace Stolon.Wire.Foreign;

/// <summary>Which domain object carries which foreign members: objects that are replaced or removed by themselves carry
/// their own.</summary>
internal static class ForeignMembersMap
{
    /// <summary>The cluster data read from this document, with its foreign members.</summary>
    public static ClusterData With(ClusterData data, ReadOnlyMemory<byte> document)
    {
        using var parsed = JsonDocument.Parse(document);
        if (ForeignSearch.Find(parsed.RootElement, WireV1Context.Compact.ClusterDataV1) is not { } found)
        {
            return data;
        }

        var spec = TakeObject(found["cluster"] as JsonObject, "spec");
        var keepers = TakeObject(found, "keepers");
        var instances = TakeObject(found, "dbs");
        return data with
        {
            Cluster = data.Cluster with { Spec = data.Cluster.Spec with { Foreign = Members(spec) } },
            Keepers = keepers is null ? data.Keepers : data.Keepers.ToValueMap(
                entry => entry.Key,
                entry => entry.Value with { Foreign = Members(keepers[entry.Key.Value]) }),
            Instances = instances is null ? data.Instances : data.Instances.ToValueMap(
                entry => entry.Key,
                entry => entry.Value with { Foreign = Members(instances[entry.Key.Value]) }),
            Foreign = Members(found),
        };
    }

    /// <summary>All foreign members at their places in the document; null: there are none.</summary>
    public static JsonObject? Of(ClusterData data)
    {
        var all = Parse(data.Foreign) ?? [];
        if (Parse(data.Cluster.Spec.Foreign) is { } spec)
        {
            Inside(all, "cluster").Add("spec", spec);
        }

        foreach (var (uid, keeper) in data.Keepers)
        {
            Add(all, "keepers", uid.Value, keeper.Foreign);
        }

        foreach (var (uid, instance) in data.Instances)
        {
            Add(all, "dbs", uid.Value, instance.Foreign);
        }

        return all.Count == 0 ? null : all;
    }

    private static void Add(JsonObject all, string map, string key, ForeignMembers foreign)
    {
        if (Parse(foreign) is { } members)
        {
            Inside(all, map).Add(key, members);
        }
    }

    private static JsonObject Inside(JsonObject all, string name)
    {
        if (all[name] is JsonObject present)
        {
            return present;
        }

        var inside = new JsonObject();
        all.Add(name, inside);
        return inside;
    }

    private static JsonObject? TakeObject(JsonObject? from, string name)
    {
        var taken = from?[name] as JsonObject;
        from?.Remove(name);
        return taken;
    }

    private static ForeignMembers Members(JsonNode? found) =>
        found is JsonObject { Count: > 0 }
            ? new ForeignMembers(found.ToJsonString(WireV1Context.Compact.Options))
            : default;

    private static JsonObject? Parse(ForeignMembers foreign) =>
        foreign.Document is { } document ? JsonNode.Parse(document)!.AsObject() : null;
}
