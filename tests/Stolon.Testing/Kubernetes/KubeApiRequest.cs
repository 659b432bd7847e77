using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Stolon.Testing.Kubernetes;

/// <summary>One parsed request.</summary>
/// <param name="Verb">RBAC's name of the operation.</param>
internal sealed record KubeApiRequest(string Verb, KubePath Path, IQueryCollection Query, JsonObject? Body)
{
    private const int LargestBody = 3 * 1024 * 1024;

    /// <exception cref="KubeStatusException">It is not a valid request.</exception>
    public static async Task<KubeApiRequest> ReadAsync(HttpContext context)
    {
        var request = context.Request;
        var path = Located(request.Path);
        var watch = request.Query["watch"].FirstOrDefault() is "true" or "1";
        var verb = request.Method switch
        {
            "GET" when path.Name is not null => "get",
            "GET" when watch => "watch",
            "GET" => "list",
            "POST" when path.Name is null => "create",
            "PUT" when path.Name is not null => "update",
            "PATCH" when path.Name is not null => "patch",
            "DELETE" when path.Name is not null => "delete",
            _ => throw new KubeStatusException(
                405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
        };
        if (verb == "patch" && request.ContentType != "application/merge-patch+json")
        {
            throw new KubeStatusException(
                415, "UnsupportedMediaType", $"the double takes merge patches only: {request.ContentType}");
        }

        return new KubeApiRequest(verb, path, request.Query, verb is "create" or "update" or "patch"
            ? await BodyAsync(request)
            : null);
    }

    public KubeSelector Selector => new(Query["labelSelector"], Query["fieldSelector"]);

    private static KubePath Located(PathString path) => path.Value!.Trim('/').Split('/') switch
    {
        ["api", "v1", "namespaces"] => new KubePath("", "namespaces", null),
        ["api", "v1", "namespaces", var space, ("configmaps" or "pods" or "events") and var kind] =>
            new KubePath(space, kind, null),
        ["api", "v1", "namespaces", var space, ("configmaps" or "pods" or "events") and var kind, var name] =>
            new KubePath(space, kind, name),
        // The test double does not separate the status.
        ["api", "v1", "namespaces", var space, "pods", var name, "status"] => new KubePath(space, "pods", name),
        _ => throw new KubeStatusException(404, "NotFound", "the server could not find the requested resource"),
    };

    private static async Task<JsonObject> BodyAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        if (body.Length > LargestBody)
        {
            throw new KubeStatusException(413, "RequestEntityTooLarge",
                $"Request entity too large: limit is {LargestBody}");
        }

        try
        {
            return JsonNode.Parse(body.ToArray()) as JsonObject ?? throw KubeStatusException.BadRequest("no object");
        }
        catch (JsonException e)
        {
            throw KubeStatusException.BadRequest(e.Message);
        }
    }
}
