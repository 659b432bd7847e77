using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stolon.Store.Kubernetes.Api;

/// <summary>An API object as a JSON tree, so that members that we do not know are written back unchanged.</summary>
internal sealed class KubeObject
{
    /// <summary>Our annotations are JSON within JSON: unnecessary escaping would make them several times as
    /// long.</summary>
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly JsonObject _root;

    private KubeObject(JsonObject root) => _root = root;

    public string? Name => Metadata("name");

    public string? Uid => Metadata("uid");

    public string? ResourceVersion => Metadata("resourceVersion");

    public string? CreationTimestamp => Metadata("creationTimestamp");

    /// <summary>False: the object does not exist yet, and will be created with this content.</summary>
    public bool Exists => ResourceVersion is not null;

    /// <summary>The phase of a pod; null = none.</summary>
    public string? Phase => Text(Child(_root, "status"), "phase");

    /// <exception cref="JsonException">It is not a JSON object.</exception>
    public static KubeObject Parse(ReadOnlySpan<byte> json) => new(
        JsonNode.Parse(json) as JsonObject ?? throw new JsonException("it is not a JSON object"));

    public static KubeObject FromJson(JsonObject root) => new(root);

    public static KubeObject NewConfigMap(string name, string inNamespace) => new(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = inNamespace },
    });

    /// <summary>A merge patch (RFC 7396) of one annotation; null removes it.</summary>
    public static byte[] AnnotationPatch(string key, string? value) => Bytes(new JsonObject
    {
        ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [key] = value } },
    });

    public string? Annotation(string key) => Text(Child(Child(_root, "metadata"), "annotations"), key);

    public string? Label(string key) => Text(Child(Child(_root, "metadata"), "labels"), key);

    public void Annotate(string key, string value)
    {
        var metadata = GetOrAdd(_root, "metadata");
        GetOrAdd(metadata, "annotations")[key] = value;
    }

    public byte[] ToBytes() => Bytes(_root);

    /// <summary>The items of a list.</summary>
    public IEnumerable<KubeObject> Items() =>
        (_root["items"] as JsonArray ?? []).OfType<JsonObject>().Select(item => new KubeObject(item));

    public static byte[] Bytes(JsonNode node)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, Plain))
        {
            node.WriteTo(writer);
        }

        return stream.ToArray();
    }

    private string? Metadata(string key) => Text(Child(_root, "metadata"), key);

    private static JsonObject? Child(JsonObject? node, string key) => node?[key] as JsonObject;

    private static JsonObject GetOrAdd(JsonObject node, string key)
    {
        if (node[key] is JsonObject present)
        {
            return present;
        }

        var made = new JsonObject();
        node[key] = made;
        return made;
    }

    private static string? Text(JsonObject? node, string key) =>
        node?[key] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
