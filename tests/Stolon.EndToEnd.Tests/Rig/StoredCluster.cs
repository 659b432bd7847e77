using System.Text.Json.Nodes;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>The document <c>clusterdata</c> as <c>stolonctl clusterdata read</c> prints it
/// (docs/spec/cluster-data.md).</summary>
public sealed record StoredCluster
{
    private readonly JsonNode _document;

    private StoredCluster(JsonNode document) => _document = document;

    public string Uid => (string)_document["cluster"]!["uid"]!;

    /// <summary><c>initializing</c> or <c>normal</c>.</summary>
    public string Phase => (string)_document["cluster"]!["status"]!["phase"]!;

    /// <summary>The specification, as it is stored.</summary>
    public JsonObject Specification => _document["cluster"]!["spec"]!.AsObject();

    public IReadOnlyList<string> Keepers => [.. Members("keepers").Select(k => k.Key)];

    /// <summary>The members <c>spec</c> of all instances ("dbs").</summary>
    public IReadOnlyList<JsonObject> Instances => [.. Members("dbs").Select(d => d.Value!["spec"]!.AsObject())];

    /// <summary>What the instance of the primary is to be. Null: there is none.</summary>
    public JsonObject? Primary =>
        _document["dbs"]?[(string?)_document["cluster"]!["status"]!["master"] ?? ""]?["spec"]?.AsObject();

    /// <summary>The spec's pgParameters; empty when absent.</summary>
    public IReadOnlyDictionary<string, string> Parameters =>
        Specification["pgParameters"]?.AsObject().ToDictionary(p => p.Key, p => (string)p.Value!)
        ?? new Dictionary<string, string>();

    public static StoredCluster Parse(string text) => new(JsonNode.Parse(text)!);

    /// <summary>The init mode of the instance on this keeper. Null: it has none.</summary>
    public string? InitModeOn(string keeper) =>
        (string?)Instances.FirstOrDefault(s => (string?)s["keeperUID"] == keeper)?["initMode"];

    public override string ToString() => _document.ToJsonString();

    private JsonObject Members(string name) => _document[name]?.AsObject() ?? [];
}
