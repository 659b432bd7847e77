using System.Text.Json.Nodes;

namespace Stolon.Testing.Kubernetes;

/// <summary>The discovery API, which kubectl reads first. With it, a developer can inspect the test double at a
/// breakpoint.</summary>
internal static class KubeDiscovery
{
    private static readonly string[] Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"];

    /// <summary>Null = not a discovery request.</summary>
    public static JsonObject? Answer(string path) => path switch
    {
        "/version" => new JsonObject { ["major"] = "1", ["minor"] = "30", ["gitVersion"] = "v1.30.0-double" },
        "/api" => new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") },
        "/apis" => new JsonObject
        {
            ["kind"] = "APIGroupList",
            ["apiVersion"] = "v1",
            ["groups"] = new JsonArray(),
        },
        "/api/v1" => new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["groupVersion"] = "v1",
            ["resources"] = new JsonArray(
                Resource("configmaps", "ConfigMap", "cm"),
                Resource("pods", "Pod", "po"),
                Resource("events", "Event", "ev")),
        },
        _ => null,
    };

    private static JsonObject Resource(string name, string kind, string shortName) => new()
    {
        ["name"] = name,
        ["singularName"] = "",
        ["namespaced"] = true,
        ["kind"] = kind,
        ["verbs"] = new JsonArray([.. Verbs.Select(v => JsonValue.Create(v))]),
        ["shortNames"] = new JsonArray(shortName),
    };
}
