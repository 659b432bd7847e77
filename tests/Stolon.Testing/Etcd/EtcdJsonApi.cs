using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Stolon.Testing.Etcd;

/// <summary>etcd's JSON gateway (<c>/v3/...</c>): access to the server without code of the client under test.</summary>
/// <param name="tls">The server's certificates: sent to it, and required from it. Null: without TLS.</param>
public sealed class EtcdJsonApi(string endpoint, EtcdServerTls? tls = null) : IDisposable
{
    private readonly HttpClient _http = new(Handler(tls), disposeHandler: true)
    {
        BaseAddress = new Uri(endpoint),
        Timeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>Writes a key without a lease.</summary>
    public async Task PutAsync(string key, string value) =>
        await PostAsync("kv/put", new JsonObject { ["key"] = Base64(key), ["value"] = Base64(value) });

    /// <summary>Writes a key under a lease, as a candidate of an election by another program would.</summary>
    public async Task PutAsync(string key, string value, long lease) => await PostAsync(
        "kv/put",
        new JsonObject { ["key"] = Base64(key), ["value"] = Base64(value), ["lease"] = Text(lease) });

    /// <summary>The value; null when absent.</summary>
    public async Task<string?> GetAsync(string key)
    {
        var entries = await RangeAsync(new JsonObject { ["key"] = Base64(key) });
        return entries.Count == 0 ? null : FromBase64((string?)entries[0]!["value"]);
    }

    /// <summary>Keys and values below a prefix, sorted by key.</summary>
    public async Task<IReadOnlyList<(string Key, string Value, long Lease)>> ListAsync(string prefix)
    {
        var end = Encoding.UTF8.GetBytes(prefix);
        end[^1]++;
        var entries = await RangeAsync(
            new JsonObject { ["key"] = Base64(prefix), ["range_end"] = Convert.ToBase64String(end) });
        return
        [
            .. entries.Select(e => (
                FromBase64((string?)e!["key"]),
                FromBase64((string?)e["value"]),
                Number(e["lease"]))),
        ];
    }

    /// <summary>The value and the revision of its last change; null when absent.</summary>
    public async Task<(string Value, long ModRevision)?> GetVersionAsync(string key)
    {
        var entries = await RangeAsync(new JsonObject { ["key"] = Base64(key) });
        return entries.Count == 0
            ? null
            : (FromBase64((string?)entries[0]!["value"]), Number(entries[0]!["mod_revision"]));
    }

    /// <summary>The first created key with a prefix; null if there is none.</summary>
    public async Task<string?> FirstCreatedAsync(string prefix)
    {
        var end = Encoding.UTF8.GetBytes(prefix);
        end[^1]++;
        var entries = await RangeAsync(new JsonObject
        {
            ["key"] = Base64(prefix),
            ["range_end"] = Convert.ToBase64String(end),
            ["sort_order"] = "ASCEND",
            ["sort_target"] = "CREATE",
            ["limit"] = 1,
        });
        return entries.Count == 0 ? null : FromBase64((string?)entries[0]!["key"]);
    }

    /// <summary>Writes only if the key has not changed since; false when it has.</summary>
    public async Task<bool> SwapAsync(string key, string value, long modRevision)
    {
        var answer = await PostAsync("kv/txn", new JsonObject
        {
            ["compare"] = new JsonArray(new JsonObject
            {
                ["key"] = Base64(key),
                ["target"] = "MOD",
                ["result"] = "EQUAL",
                ["mod_revision"] = Text(modRevision),
            }),
            ["success"] = new JsonArray(new JsonObject
            {
                ["request_put"] = new JsonObject { ["key"] = Base64(key), ["value"] = Base64(value) },
            }),
        });
        return (bool?)answer["succeeded"] is true;
    }

    public async Task KeepAliveAsync(long lease) =>
        await PostAsync("lease/keepalive", new JsonObject { ["ID"] = Text(lease) });

    public async Task DeleteAsync(string key) =>
        await PostAsync("kv/deleterange", new JsonObject { ["key"] = Base64(key) });

    /// <summary>Grants a lease with this time to live and returns its id.</summary>
    public async Task<long> GrantAsync(int seconds) =>
        Number((await PostAsync("lease/grant", new JsonObject { ["TTL"] = seconds }))["ID"]);

    public async Task RevokeAsync(long lease) =>
        await PostAsync("lease/revoke", new JsonObject { ["ID"] = Text(lease) });

    /// <summary>The number of leases.</summary>
    public async Task<int> LeaseCountAsync() =>
        (await PostAsync("lease/leases", []))["leases"]?.AsArray().Count ?? 0;

    /// <summary>Compacts all history up to the present revision.</summary>
    public async Task CompactAsync()
    {
        var now = await PostAsync("kv/range", new JsonObject { ["key"] = Base64("none") });
        var revision = (string?)now["header"]!["revision"];
        await PostAsync("kv/compaction", new JsonObject { ["revision"] = revision, ["physical"] = true });
    }

    /// <summary>The store's revision: it grows by one with each write.</summary>
    public async Task<long> RevisionAsync() =>
        Number((await PostAsync("kv/range", new JsonObject { ["key"] = Base64("none") }))["header"]!["revision"]);

    /// <summary>True when this member is the raft leader.</summary>
    public async Task<bool> IsLeaderAsync()
    {
        var status = await PostAsync("maintenance/status", []);
        return (string?)status["leader"] == (string?)status["header"]!["member_id"];
    }

    /// <summary>Creates user root and a user whose role may use the keys with this prefix, and turns authentication
    /// on.</summary>
    /// <param name="password">Null: the user has none, and can authenticate only with a certificate.</param>
    public async Task EnableUsersAsync(string rootPassword, string user, string? password, string prefix)
    {
        var end = Encoding.UTF8.GetBytes(prefix);
        end[^1]++;
        var permission = new JsonObject
        {
            ["permType"] = "READWRITE",
            ["key"] = Base64(prefix),
            ["range_end"] = Convert.ToBase64String(end),
        };
        await PostAsync("auth/user/add", new JsonObject { ["name"] = "root", ["password"] = rootPassword });
        await PostAsync("auth/role/add", new JsonObject { ["name"] = "root" });
        await PostAsync("auth/user/grant", new JsonObject { ["user"] = "root", ["role"] = "root" });
        var options = new JsonObject { ["no_password"] = password is null };
        await PostAsync(
            "auth/user/add",
            new JsonObject { ["name"] = user, ["password"] = password ?? "", ["options"] = options });
        await PostAsync("auth/role/add", new JsonObject { ["name"] = user });
        await PostAsync("auth/role/grant", new JsonObject { ["name"] = user, ["perm"] = permission });
        await PostAsync("auth/user/grant", new JsonObject { ["user"] = user, ["role"] = user });
        await PostAsync("auth/enable", []);
    }

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler Handler(EtcdServerTls? tls)
    {
        var handler = new SocketsHttpHandler();
        if (tls is not null)
        {
            var own = X509Certificate2.CreateFromPemFile(tls.CertFile, tls.KeyFile);
            handler.SslOptions.ClientCertificates = [own];
            handler.SslOptions.RemoteCertificateValidationCallback =
                (_, shown, _, _) => shown?.GetCertHashString() == own.GetCertHashString();
        }

        return handler;
    }

    private async Task<JsonArray> RangeAsync(JsonObject request) =>
        (await PostAsync("kv/range", request))["kvs"]?.AsArray() ?? [];

    private async Task<JsonObject> PostAsync(string path, JsonObject request)
    {
        using var content = new StringContent(request.ToJsonString());
        using var response = await _http.PostAsync(new Uri($"/v3/{path}", UriKind.Relative), content);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!.AsObject()
            : throw new HttpRequestException($"etcd answered {path} with {response.StatusCode}: {text}");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string FromBase64(string? text) => Encoding.UTF8.GetString(Convert.FromBase64String(text ?? ""));

    private static long Number(JsonNode? node) =>
        node is null ? 0 : long.Parse((string)node!, CultureInfo.InvariantCulture);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
