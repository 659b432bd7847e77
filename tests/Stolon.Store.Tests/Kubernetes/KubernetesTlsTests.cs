using System.Text;
using System.Text.Json.Nodes;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Kubernetes.Access;
using Stolon.Testing;
using Stolon.Testing.Kubernetes;

namespace Stolon.Store.Tests.Kubernetes;

/// <summary>An API server with TLS: trust, certificates as credentials, and access from a pod.</summary>
public sealed class KubernetesTlsTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new("kubernetes-tls");
    private readonly Dictionary<string, string> _variables = [];
    private CertificateAuthority? _authority;
    private KubernetesDouble? _server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private KubernetesDouble Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _authority = CertificateAuthority.Root(_directory.Path, "authority");
        var (cert, key) = _authority.Issue("server");
        _server = await KubernetesDouble.StartAsync(new KubernetesDoubleOptions
        {
            CertFile = cert,
            KeyFile = key,
            AuthorityFile = _authority.CertFile,
        });
        Server.Users.AddToken("known", "somebody");
        Server.Users.AddCertificate("operator");
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _authority!.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_authority_may_be_a_file_or_in_the_configuration()
    {
        await ReadAsync("certificate-authority: authority.pem", "token: known");
        await ReadAsync($"certificate-authority-data: {Base64("authority.pem")}", "token: known");
    }

    [Fact]
    public async Task Of_two_authorities_in_a_file_both_are_trusted()
    {
        using var other = CertificateAuthority.Root(_directory.Path, "other");
        File.WriteAllText(
            _directory.File("both.pem"), File.ReadAllText(other.CertFile) + File.ReadAllText(_authority!.CertFile));

        await ReadAsync("certificate-authority: both.pem", "token: known");
        await ReadAsync($"certificate-authority-data: {Base64("both.pem")}", "token: known");
    }

    [Fact]
    public async Task An_untrusted_server_is_refused_unless_verification_is_off()
    {
        using var other = CertificateAuthority.Root(_directory.Path, "other");

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => ReadAsync("certificate-authority: other.pem", "token: known"));
        Assert.Contains("not signed by the store's CA", refusal.Message, StringComparison.Ordinal);
        await ReadAsync("insecure-skip-tls-verify: true", "token: known");
    }

    [Fact]
    public async Task The_name_in_the_servers_certificate_can_be_given()
    {
        await ReadAsync("{ certificate-authority: authority.pem, tls-server-name: localhost }", "token: known");

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => ReadAsync(
            "{ certificate-authority: authority.pem, tls-server-name: kubernetes.example }", "token: known"));
        Assert.Contains("for another host name", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_certificate_authenticates()
    {
        _authority!.Issue("operator");
        await ReadAsync(
            "certificate-authority: authority.pem",
            "{ client-certificate: operator.pem, client-key: operator-key.pem }");
        await ReadAsync(
            "certificate-authority: authority.pem",
            $"{{ client-certificate-data: {Base64("operator.pem")}, client-key-data: {Base64("operator-key.pem")} }}");
    }

    [Fact]
    public async Task A_plugin_may_provide_a_certificate()
    {
        _authority!.Issue("operator");
        var answer = new JsonObject
        {
            ["kind"] = "ExecCredential",
            ["apiVersion"] = "client.authentication.k8s.io/v1",
            ["status"] = new JsonObject
            {
                ["clientCertificateData"] = File.ReadAllText(_directory.File("operator.pem")),
                ["clientKeyData"] = File.ReadAllText(_directory.File("operator-key.pem")),
            },
        };
        File.WriteAllText(_directory.File("answer"), answer.ToJsonString());

        await ReadAsync(
            "certificate-authority: authority.pem",
            "{ exec: { apiVersion: client.authentication.k8s.io/v1, command: cat, "
                + $"args: ['{_directory.File("answer")}'] }} }}");
    }

    [Fact]
    public async Task In_a_pod_the_service_account_is_used_with_its_renewed_token()
    {
        var account = ServiceAccount("of-account");
        using var store = KubernetesRig.Store("c", "pod", InPod(account));
        await store.Documents.ReadAsync(Token);
        Assert.Contains("/namespaces/of-account/", Server.Requests[^1], StringComparison.Ordinal);

        Server.Users.RemoveToken("known");
        Server.Users.AddToken("renewed", "somebody");
        File.WriteAllText(Path.Combine(account, "token"), "renewed\n");

        await store.Documents.ReadAsync(Token);
    }

    [Fact]
    public async Task In_a_pod_a_variable_sets_the_namespace_and_an_option_overrides_it()
    {
        var account = ServiceAccount("of-account");
        _variables["POD_NAMESPACE"] = "of-pod";
        using var store = KubernetesRig.Store("c", "pod", InPod(account));
        await store.Documents.ReadAsync(Token);
        Assert.Contains("/namespaces/of-pod/", Server.Requests[^1], StringComparison.Ordinal);

        using var control = KubernetesRig.Store("c", null, InPod(account) with { Namespace = "asked" });
        await control.Documents.ReadAsync(Token);
        Assert.Contains("/namespaces/asked/", Server.Requests[^1], StringComparison.Ordinal);
    }

    private string ServiceAccount(string inNamespace)
    {
        var account = Directory.CreateDirectory(_directory.File("account")).FullName;
        File.WriteAllText(Path.Combine(account, "token"), "known");
        File.WriteAllText(Path.Combine(account, "namespace"), inNamespace);
        File.Copy(_authority!.CertFile, Path.Combine(account, "ca.crt"));
        _variables["KUBERNETES_SERVICE_HOST"] = "127.0.0.1";
        _variables["KUBERNETES_SERVICE_PORT"] = $"{Server.Endpoint.Port}";
        return account;
    }

    private KubeAccessOptions InPod(string account) => new()
    {
        Variable = _variables.GetValueOrDefault,
        ServiceAccountDirectory = account,
    };

    private async Task ReadAsync(string cluster, string user)
    {
        File.WriteAllText(_directory.File("kubeconfig"), $"""
            current-context: red
            clusters:
            - name: here
              cluster: {Map($"server: '{Server.Endpoint}'", cluster)}
            contexts:
            - name: red
              context: {Map("cluster: here", "user: red")}
            users:
            - name: red
              user: {Map(user)}
            """);
        using var store = KubernetesRig.Store("c", null, _directory.File("kubeconfig"));
        await store.Documents.ReadAsync(Token);
    }

    /// <summary>A YAML map in one line; members may come in braces.</summary>
    private static string Map(params IEnumerable<string> members) => "{ " + string.Join(", ", members.Select(
        m => m.StartsWith('{') ? m[1..^1].Trim() : m)) + " }";

    private string Base64(string file) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(File.ReadAllText(_directory.File(file))));
}
