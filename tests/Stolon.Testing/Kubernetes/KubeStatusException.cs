using System.Text.Json.Nodes;

namespace Stolon.Testing.Kubernetes;

/// <summary>A response of kind <c>Status</c>.</summary>
internal sealed class KubeStatusException(int code, string reason, string message) : Exception(message)
{
    public int Code { get; } = code;

    public JsonObject ToJson() => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = Message,
        ["reason"] = reason,
        ["code"] = Code,
    };

    public static KubeStatusException NotFound(string resource, string name) =>
        new(404, "NotFound", $"{resource} \"{name}\" not found");

    public static KubeStatusException AlreadyExists(string resource, string name) =>
        new(409, "AlreadyExists", $"{resource} \"{name}\" already exists");

    public static KubeStatusException Conflict(string resource, string name) => new(
        409,
        "Conflict",
        $"Operation cannot be fulfilled on {resource} \"{name}\": the object has been modified; please apply your "
            + "changes to the latest version and try again");

    public static KubeStatusException Invalid(string kind, string name, string what) =>
        new(422, "Invalid", $"{kind} \"{name}\" is invalid: {what}");

    public static KubeStatusException BadRequest(string what) => new(400, "BadRequest", what);

    public static KubeStatusException Expired(long asked, long oldest) =>
        new(410, "Expired", $"too old resource version: {asked} ({oldest})");
}
