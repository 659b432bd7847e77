using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Stolon.Testing.Kubernetes;

/// <summary>Create, update and merge patch, with the checks of the API server.</summary>
internal static partial class KubeWrites
{
    private const int AnnotationLimit = 256 * 1024;

    public static JsonObject Create(KubePath all, JsonObject given, Func<DateTimeOffset> now)
    {
        var metadata = Metadata(given);
        var name = (string?)metadata["name"] ?? throw KubeStatusException.Invalid(
            all.Kind, "", "metadata.name: Required value: name or generateName is required");
        if (metadata["resourceVersion"] is not null)
        {
            throw KubeStatusException.BadRequest("resourceVersion should not be set on objects to be created");
        }

        metadata["namespace"] = all.Namespace;
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = now().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
        given["apiVersion"] = "v1";
        given["kind"] = all.Kind;
        Check(all.Kind, name, given);
        return given;
    }

    /// <summary>Replaces an object, if it still has the version that was read.</summary>
    public static JsonObject Update(KubePath path, JsonObject before, JsonObject given)
    {
        var metadata = Metadata(given);
        if ((string?)metadata["name"] != path.Name)
        {
            throw KubeStatusException.BadRequest(
                $"the name of the object ({metadata["name"]}) does not match the name on the URL ({path.Name})");
        }

        return Replaced(path, before, given);
    }

    /// <summary>RFC 7396.</summary>
    public static JsonObject Patch(KubePath path, JsonObject before, JsonObject patch)
    {
        var merged = Merged(before.DeepClone(), patch);
        return Replaced(path, before, merged);
    }

    private static JsonObject Replaced(KubePath path, JsonObject before, JsonObject after)
    {
        var (was, metadata) = (Metadata(before), Metadata(after));
        if (((string?)metadata["resourceVersion"] is { Length: > 0 } version
                && version != (string?)was["resourceVersion"])
            || ((string?)metadata["uid"] is { } uid && uid != (string?)was["uid"]))
        {
            throw KubeStatusException.Conflict(path.Resource, path.Name!);
        }

        foreach (var fixedMember in new[] { "name", "namespace", "uid", "creationTimestamp", "resourceVersion" })
        {
            metadata[fixedMember] = was[fixedMember]?.DeepClone();
        }

        after["kind"] = path.Kind;
        after["apiVersion"] = "v1";
        Check(path.Kind, path.Name!, after);
        return after;
    }

    private static void Check(string kind, string name, JsonObject item)
    {
        if (name.Length > 253 || !Name().IsMatch(name))
        {
            throw KubeStatusException.Invalid(kind, name, $"metadata.name: Invalid value: \"{name}\": a "
                + "lowercase RFC 1123 "
                + "subdomain must consist of lower case alphanumeric characters, '-' or '.'");
        }

        var metadata = Metadata(item);
        foreach (var member in new[] { "annotations", "labels" })
        {
            if (metadata[member] is JsonObject texts && texts.Any(t => t.Value is not JsonValue value
                || !value.TryGetValue<string>(out _)))
            {
                throw KubeStatusException.BadRequest($"{kind} in version \"v1\" cannot be handled as a {kind}: "
                    + "json: cannot "
                    + $"unmarshal into Go struct field ObjectMeta.metadata.{member} of type string");
            }
        }

        var size = (metadata["annotations"] as JsonObject ?? []).Sum(
            a => Encoding.UTF8.GetByteCount(a.Key) + Encoding.UTF8.GetByteCount((string)a.Value!));
        if (size > AnnotationLimit)
        {
            throw KubeStatusException.Invalid(
                kind, name, $"metadata.annotations: Too long: must have at most {AnnotationLimit} bytes");
        }

        if ((metadata["labels"] as JsonObject ?? []).FirstOrDefault(l => !Label().IsMatch((string)l.Value!))
            is { Key: not null } bad)
        {
            throw KubeStatusException.Invalid(kind, name, $"metadata.labels: Invalid value: \"{bad.Value}\"");
        }
    }

    private static JsonObject Metadata(JsonObject item) => item["metadata"] as JsonObject
        ?? throw KubeStatusException.BadRequest("metadata is missing");

    private static JsonObject Merged(JsonNode? target, JsonObject patch)
    {
        var result = target as JsonObject ?? [];
        foreach (var (key, value) in patch)
        {
            if (value is null)
            {
                result.Remove(key);
            }
            else
            {
                result[key] = value is JsonObject inner
                    ? Merged(result[key]?.DeepClone(), inner)
                    : value.DeepClone();
            }
        }

        return result;
    }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$")]
    private static partial Regex Name();

    [GeneratedRegex("^(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?$")]
    private static partial Regex Label();
}
