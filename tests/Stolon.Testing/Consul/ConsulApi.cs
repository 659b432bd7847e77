using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Stolon.Testing.Consul;

/// <summary>Consul's plain HTTP API: an independent way to a test's server.</summary>
public sealed class ConsulApi : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="token">Null = anonymous.</param>
    /// <param name="tls">The server's certificates: sent to it, and required from it. Null: without TLS.</param>
    public ConsulApi(string endpoint, string? token = null, ConsulServerTls? tls = null)
    {
        var handler = new SocketsHttpHandler();
        if (tls is not null)
        {
            var own = X509Certificate2.CreateFromPemFile(tls.CertFile, tls.KeyFile);
            handler.SslOptions.ClientCertificates = [own];
            handler.SslOptions.RemoteCertificateValidationCallback =
                (_, shown, _, _) => shown?.GetCertHashString() == own.GetCertHashString();
        }

        _http = new HttpClient(handler) { BaseAddress = new Uri(endpoint), Timeout = TimeSpan.FromSeconds(20) };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Add("X-Consul-Token", token);
        }
    }

    /// <summary>GET; the body as JSON, null if there is none or nothing was found.</summary>
    public async Task<JsonNode?> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        return answer.StatusCode == HttpStatusCode.NotFound
            ? null
            : JsonNode.Parse(await TextAsync(answer, path));
    }

    /// <summary>PUT; the body as JSON, null if there is none.</summary>
    public async Task<JsonNode?> PutAsync(string path, string body = "")
    {
        using var answer = await _http.PutAsync(path, new StringContent(body));
        return await TextAsync(answer, path) is { Length: > 0 } text ? JsonNode.Parse(text) : null;
    }

    public async Task DeleteAsync(string path)
    {
        using var answer = await _http.DeleteAsync(path);
        await TextAsync(answer, path);
    }

    /// <summary>One key's entry in Consul's format; null if absent.</summary>
    public async Task<JsonNode?> EntryAsync(string key) => (await GetAsync($"/v1/kv/{key}?consistent"))?[0];

    /// <summary>One key's value; null if absent.</summary>
    public async Task<string?> ValueAsync(string key) => await EntryAsync(key) is not { } entry ? null
        : entry["Value"] is { } value ? Encoding.UTF8.GetString(Convert.FromBase64String(value.GetValue<string>()))
        : "";

    /// <summary>True if a leader responds and has this node.</summary>
    public async Task<bool> KnowsNodeAsync(string name)
    {
        try
        {
            return await GetAsync("/v1/catalog/nodes?consistent") is JsonArray nodes
                && nodes.Any(n => n!["Node"]!.GetValue<string>() == name);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            return false;
        }
    }

    /// <summary>host:port of the raft leader; empty = none.</summary>
    public async Task<string> LeaderAsync() => (await GetAsync("/v1/status/leader"))!.GetValue<string>();

    /// <summary>A token with these rules.</summary>
    public async Task<string> TokenAsync(string name, string rules)
    {
        var policy = new JsonObject { ["Name"] = name, ["Rules"] = rules };
        await PutAsync("/v1/acl/policy", policy.ToJsonString());
        var token = new JsonObject { ["Policies"] = new JsonArray(new JsonObject { ["Name"] = name }) };
        return (await PutAsync("/v1/acl/token", token.ToJsonString()))!["SecretID"]!.GetValue<string>();
    }

    /// <summary>All of Consul's data.</summary>
    public Task<byte[]> SnapshotAsync() => _http.GetByteArrayAsync(new Uri("/v1/snapshot", UriKind.Relative));

    /// <summary>Restores the state of the snapshot.</summary>
    public async Task RestoreAsync(byte[] snapshot)
    {
        using var content = new ByteArrayContent(snapshot);
        using var answer = await _http.PutAsync(new Uri("/v1/snapshot", UriKind.Relative), content);
        await TextAsync(answer, "/v1/snapshot");
    }

    public void Dispose() => _http.Dispose();

    private static async Task<string> TextAsync(HttpResponseMessage answer, string path)
    {
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode
            ? text
            : throw new HttpRequestException($"{path}: {(int)answer.StatusCode} {text}");
    }
}
