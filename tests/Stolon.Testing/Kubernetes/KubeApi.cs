using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Stolon.Testing.Kubernetes;

/// <summary>The plain REST API, with all permissions.</summary>
public sealed class KubeApi : IDisposable
{
    public const string ClusterData = "stolon-clusterdata";
    public const string Leader = "control-plane.alpha.kubernetes.io/leader";
    public const string Status = "stolon-status";

    private readonly HttpClient _http;

    public KubeApi(Uri server, string token)
    {
        _http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null },
            // The server may be killed and restarted meanwhile.
            PooledConnectionIdleTimeout = TimeSpan.FromMilliseconds(1),
        })
        { BaseAddress = server };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>The ConfigMap of a cluster; null if it does not exist.</summary>
    public Task<JsonObject?> ConfigMapAsync(string cluster, string inNamespace = "default") =>
        FindAsync($"/api/v1/namespaces/{inNamespace}/configmaps/stolon-cluster-{cluster}");

    public Task<JsonObject?> PodAsync(string name, string inNamespace = "default") =>
        FindAsync($"/api/v1/namespaces/{inNamespace}/pods/{name}");

    /// <summary>An annotation of an object; null if either does not exist.</summary>
    public static string? Annotation(JsonObject? of, string key) => (string?)of?["metadata"]?["annotations"]?[key];

    /// <summary>Creates a pod of a component of a cluster; does nothing if it exists.</summary>
    public async Task CreatePodAsync(string name, string component, string cluster, string inNamespace = "default")
    {
        var pod = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["labels"] = new JsonObject { ["component"] = component, ["stolon-cluster"] = cluster },
                ["annotations"] = new JsonObject { ["unrelated"] = "stays" },
            },
            ["spec"] = new JsonObject
            {
                ["containers"] = new JsonArray(new JsonObject { ["name"] = "stolon", ["image"] = "stolon" }),
            },
        };
        await SendAsync(HttpMethod.Post, $"/api/v1/namespaces/{inNamespace}/pods", pod, HttpStatusCode.Conflict);
    }

    /// <summary>As kubelet would report it.</summary>
    public Task SetPhaseAsync(string name, string phase, string inNamespace = "default") => SendAsync(
        HttpMethod.Patch,
        $"/api/v1/namespaces/{inNamespace}/pods/{name}/status",
        new JsonObject { ["status"] = new JsonObject { ["phase"] = phase } });

    public Task DeletePodAsync(string name, string inNamespace = "default") => SendAsync(
        HttpMethod.Delete, $"/api/v1/namespaces/{inNamespace}/pods/{name}", null, HttpStatusCode.NotFound);

    public Task DeleteConfigMapAsync(string cluster, string inNamespace = "default") => SendAsync(
        HttpMethod.Delete,
        $"/api/v1/namespaces/{inNamespace}/configmaps/stolon-cluster-{cluster}",
        null,
        HttpStatusCode.NotFound);

    public Task CreateNamespaceAsync(string name) => SendAsync(
        HttpMethod.Post,
        "/api/v1/namespaces",
        new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Namespace",
            ["metadata"] = new JsonObject { ["name"] = name },
        },
        HttpStatusCode.Conflict);

    /// <summary>Merge patch of a ConfigMap's annotation; null removes it.</summary>
    public Task AnnotateAsync(string cluster, string key, string? value, string inNamespace = "default") => SendAsync(
        HttpMethod.Patch,
        $"/api/v1/namespaces/{inNamespace}/configmaps/stolon-cluster-{cluster}",
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [key] = value } },
        });

    public async Task<JsonObject?> FindAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        return answer.StatusCode == HttpStatusCode.NotFound ? null : await ReadAsync(answer);
    }

    /// <param name="allowed">An expected refusal: then null is returned.</param>
    public async Task<JsonObject?> SendAsync(
        HttpMethod method, string path, JsonObject? body, HttpStatusCode? allowed = null)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
        {
            request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(
                method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json");
        }

        using var answer = await _http.SendAsync(request);
        return answer.StatusCode == allowed ? null : await ReadAsync(answer);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<JsonObject> ReadAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? JsonNode.Parse(text)!.AsObject()
            : throw new InvalidOperationException($"{(int)answer.StatusCode}: {text}");
    }
}
