using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Stolon.Testing.Etcd;

namespace Stolon.Testing.Kubernetes;

/// <summary>A real kube-apiserver with its own etcd and nothing else: no controllers and no nodes, so pods contain what
/// tests write into them.</summary>
public sealed class KubeApiServer : IKubernetes
{
    private const int Others = 50;
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(90);

    private readonly string _program;
    private readonly TemporaryDirectory _directory = new("kube-apiserver");
    private readonly EtcdServer _etcd;
    private readonly int _port = FreePort.Next();
    private ServerProcess? _process;
    private int _given;

    private KubeApiServer(string program, EtcdServer etcd)
    {
        _program = program;
        _etcd = etcd;
        Endpoint = new Uri($"https://127.0.0.1:{_port}");
        Api = new KubeApi(Endpoint, AdminToken);
    }

    public Uri Endpoint { get; }

    /// <summary>It generates a self-signed certificate.</summary>
    public string? AuthorityFile => null;

    public string AdminToken => "admin-token";

    public KubeApi Api { get; }

    public static async Task<KubeApiServer> StartAsync(string program)
    {
        var server = new KubeApiServer(program, await EtcdServer.StartAsync());
        try
        {
            server.Prepare();
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async Task<string> TokenAsync(string inNamespace, params IReadOnlyList<string> rights)
    {
        var user = $"user-{Interlocked.Increment(ref _given)}";
        await Api.SendAsync(HttpMethod.Post, Rbac(inNamespace, "roles"), new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = user },
            ["rules"] = new JsonArray([.. rights.Select(right => right.Split(' ')).Select(Rule)]),
        });
        await Api.SendAsync(HttpMethod.Post, Rbac(inNamespace, "rolebindings"), new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = user },
            ["roleRef"] = new JsonObject
            {
                ["apiGroup"] = "rbac.authorization.k8s.io",
                ["kind"] = "Role",
                ["name"] = user,
            },
            ["subjects"] = new JsonArray(new JsonObject
            {
                ["apiGroup"] = "rbac.authorization.k8s.io",
                ["kind"] = "User",
                ["name"] = user,
            }),
        });
        return $"token-of-{user}";
    }

    public Task KillAsync()
    {
        _process?.Kill();
        return Task.CompletedTask;
    }

    public async Task StartAgainAsync()
    {
        _process = ServerProcess.Start(_program, Arguments());
        await Eventually.BeTrueAsync(
            async () => _process.HasExited
                ? throw new InvalidOperationException($"kube-apiserver ended at start:\n{_process.Output}")
                : await ServesAsync(),
            StartTime,
            $"kube-apiserver serves {Endpoint}");
    }

    public void Freeze() => _process!.Freeze();

    public void Thaw()
    {
        if (_process is { HasExited: false })
        {
            _process.Signal("CONT");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _process?.Dispose();
        Api.Dispose();
        await _etcd.DisposeAsync();
        _directory.Dispose();
    }

    private static JsonNode Rule(string[] right) => new JsonObject
    {
        ["apiGroups"] = new JsonArray(""),
        ["verbs"] = new JsonArray(right[0]),
        ["resources"] = new JsonArray(right[1]),
    };

    private static string Rbac(string inNamespace, string kind) =>
        $"/apis/rbac.authorization.k8s.io/v1/namespaces/{inNamespace}/{kind}";

    /// <summary>Keys for service accounts, which it requires at the start, and the users of the tests.</summary>
    private void Prepare()
    {
        using var key = RSA.Create(2048);
        File.WriteAllText(_directory.File("sa.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(_directory.File("sa.pub"), key.ExportSubjectPublicKeyInfoPem());
        File.WriteAllLines(
            _directory.File("tokens.csv"),
            [
                $"{AdminToken},admin,admin,\"system:masters\"",
                .. Enumerable.Range(1, Others).Select(n => $"token-of-user-{n},user-{n},user-{n}"),
            ]);
    }

    private IEnumerable<string> Arguments() =>
    [
        $"--etcd-servers={_etcd.Endpoint}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        $"--secure-port={_port.ToString(CultureInfo.InvariantCulture)}",
        $"--cert-dir={_directory.File("certs")}",
        "--service-cluster-ip-range=10.0.0.0/24",
        "--service-account-issuer=https://kubernetes.default.svc",
        $"--service-account-key-file={_directory.File("sa.pub")}",
        $"--service-account-signing-key-file={_directory.File("sa.key")}",
        $"--token-auth-file={_directory.File("tokens.csv")}",
        "--authorization-mode=RBAC",
        // Pods have no service account here, because no controller creates one.
        "--disable-admission-plugins=ServiceAccount",
    ];

    private async Task<bool> ServesAsync()
    {
        try
        {
            return await Api.FindAsync("/api/v1/namespaces/default") is not null;
        }
        catch (Exception e) when (e is HttpRequestException or InvalidOperationException)
        {
            return false;
        }
    }
}
