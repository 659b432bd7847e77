using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Kubernetes;
using Stolon.Store.Kubernetes.Access;
using Stolon.Testing;
using Stolon.Testing.Kubernetes;

namespace Stolon.Store.Tests.Kubernetes;

/// <summary>Which configuration is used, tested by what the server receives: the user and the namespace.</summary>
public sealed class KubernetesConfigTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new("kubeconfig");
    private readonly Dictionary<string, string> _variables = [];
    private KubernetesDouble? _server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private KubernetesDouble Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _server = await KubernetesDouble.StartAsync();
        Server.Users.AddToken("red-token", "red");
        Server.Users.AddToken("blue-token", "blue");
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Of_several_files_the_first_that_defines_a_name_wins()
    {
        var first = File("one", $$"""
            current-context: red
            clusters: [{ name: here, cluster: { server: "{{Server.Endpoint}}" } }]
            contexts: [{ name: red, context: { cluster: here, user: red, namespace: of-one } }]
            """);
        var second = File("two", $$"""
            current-context: blue
            clusters: [{ name: here, cluster: { server: "http://127.0.0.1:1" } }]
            contexts: [{ name: red, context: { cluster: gone, user: gone, namespace: of-two } }]
            users: [{ name: red, user: { token: red-token } }]
            """);
        _variables["KUBECONFIG"] = $"{_directory.File("missing")}:{first}:{second}";

        Assert.Equal("of-one", await NamespaceAskedAsync());
    }

    [Fact]
    public async Task Without_a_variable_the_file_in_the_home_directory_is_read()
    {
        Directory.CreateDirectory(_directory.File(".kube"));
        File(".kube/config", Simple("home", "token: red-token"));
        _variables["HOME"] = _directory.Path;

        Assert.Equal("home", await NamespaceAskedAsync());
    }

    [Fact]
    public async Task The_options_for_file_context_and_namespace_have_precedence()
    {
        _variables["KUBECONFIG"] = File("other", Simple("other", "token: red-token"));
        var own = File("own", $$"""
            current-context: red
            clusters: [{ name: here, cluster: { server: "{{Server.Endpoint}}" } }]
            contexts:
            - { name: red, context: { cluster: here, user: red, namespace: red } }
            - { name: blue, context: { cluster: here, user: blue } }
            users: [{ name: red, user: { token: wrong } }, { name: blue, user: { token: blue-token } }]
            """);

        Assert.Equal("default", await NamespaceAskedAsync(Options(own) with { Context = "blue" }));
        Assert.Equal("asked", await NamespaceAskedAsync(
            Options(own) with { Context = "blue", Namespace = "asked" }));
    }

    [Fact]
    public async Task Relative_paths_are_relative_to_the_file()
    {
        File("token", "blue-token\n");
        _variables["KUBECONFIG"] = File("own", Simple("beside", "tokenFile: token"));

        Assert.Equal("beside", await NamespaceAskedAsync());
    }

    [Fact]
    public async Task Relative_paths_are_relative_to_the_file_that_contains_them()
    {
        Directory.CreateDirectory(_directory.File("other"));
        var first = File("one", $$"""
            current-context: red
            clusters: [{ name: here, cluster: { server: "{{Server.Endpoint}}" } }]
            contexts: [{ name: red, context: { cluster: here, user: red, namespace: several } }]
            """);
        var second = File("other/two", "users: [{ name: red, user: { tokenFile: token } }]");
        File("token", "not-known");
        File("other/token", "blue-token");
        _variables["KUBECONFIG"] = $"{first}:{second}";

        Assert.Equal("several", await NamespaceAskedAsync());
    }

    [Fact]
    public async Task Impersonation_headers_are_sent_with_each_request()
    {
        var sent = new List<string>();
        Server.Instead = context =>
        {
            sent.AddRange(context.Request.Headers.Where(h => h.Key.StartsWith("Impersonate-", StringComparison.Ordinal))
                .Select(h => $"{h.Key}={h.Value}").Order());
            return Task.FromResult(false);
        };
        _variables["KUBECONFIG"] = File("own", Simple("as", """
            { token: red-token, as: bob, as-uid: "7", as-groups: [a], as-user-extra: { scopes: [view] } }
            """));

        Assert.Equal("as", await NamespaceAskedAsync());
        Assert.Equal(
            [
                "Impersonate-Extra-scopes=view", "Impersonate-Group=a", "Impersonate-Uid=7", "Impersonate-User=bob",
            ],
            sent);
    }

    [Fact]
    public async Task A_token_file_has_precedence_over_a_token_which_is_used_while_the_file_is_missing()
    {
        _variables["KUBECONFIG"] = File("own", Simple("both", "{ token: red-token, tokenFile: ./token }"));
        using var store = Open(Options());
        await store.Documents.ReadAsync(Token);

        File("token", "not-known");
        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Documents.ReadAsync(Token));
        Assert.Contains("are not accepted", refused.Message, StringComparison.Ordinal);

        File("token", "blue-token");
        await store.Documents.ReadAsync(Token);
    }

    [Fact]
    public async Task A_name_and_a_password_are_sent()
    {
        Server.Users.AddPassword("somebody", "pass:word");
        _variables["KUBECONFIG"] = File("own", Simple("basic", "{ username: somebody, password: \"pass:word\" }"));

        Assert.Equal("basic", await NamespaceAskedAsync());
    }

    [Fact]
    public async Task A_server_may_be_below_a_path()
    {
        _variables["KUBECONFIG"] = File("own", $$"""
            current-context: red
            clusters: [{ name: here, cluster: { server: "{{Server.Endpoint}}k8s/clusters/c-1/" } }]
            contexts: [{ name: red, context: { cluster: here, user: red } }]
            users: [{ name: red, user: { token: red-token } }]
            """);
        using var store = Open(Options());

        // The test double has nothing at this path; its refusal contains the requested path.
        await store.Documents.ReadAsync(Token);

        Assert.Contains(
            "GET /k8s/clusters/c-1/api/v1/namespaces/default/configmaps/stolon-cluster-c", Server.Refused);
    }

    [Theory]
    [InlineData("contexts: []", "context \"red\" does not exist")]
    [InlineData("contexts: [{ name: red, context: { cluster: gone } }]", "cluster \"gone\", which does not exist")]
    [InlineData("contexts: [{ name: red, context: { cluster: here, user: gone } }]", "user \"gone\", which does")]
    [InlineData("contexts: {", "line")]
    [InlineData("contexts: text", "must be a list")]
    public void An_invalid_file_is_reported_with_the_problem(string contexts, string expected)
    {
        _variables["KUBECONFIG"] = File("bad", $$"""
            current-context: red
            clusters: [{ name: here, cluster: { server: "{{Server.Endpoint}}" } }]
            {{contexts}}
            """);

        var actual = Assert.Throws<StoreOptionsException>(() => Open(Options()));
        Assert.Contains(expected, actual.Message, StringComparison.Ordinal);
        Assert.Contains(_directory.File("bad"), actual.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ auth-provider: { name: oidc } }", "auth-provider \"oidc\" is not supported")]
    [InlineData("{ token: t, as: bob, as-groups: [a, b] }", "2 values for Impersonate-Group cannot be sent")]
    [InlineData("{ exec: { apiVersion: client.authentication.k8s.io/v1alpha1, command: x } }", "apiVersion must be")]
    [InlineData("{ exec: { apiVersion: client.authentication.k8s.io/v1 } }", "command is missing")]
    [InlineData(
        "{ exec: { apiVersion: client.authentication.k8s.io/v1, command: x, interactiveMode: Always } }",
        "no terminal")]
    [InlineData("{ client-key-data: c2VjcmV0IQ, client-certificate-data: eA== }", "client-key-data is not base64")]
    public void Unusable_credentials_are_refused_and_not_printed(string user, string expected)
    {
        _variables["KUBECONFIG"] = File("bad", Simple("x", user));

        var actual = Assert.Throws<StoreOptionsException>(() => Open(Options()));
        Assert.Contains(expected, actual.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("c2VjcmV0", actual.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_any_configuration_the_start_is_refused()
    {
        var actual = Assert.Throws<StoreOptionsException>(() => Open(Options()));
        Assert.Contains("cannot find a Kubernetes API server", actual.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_named_file_must_exist() =>
        Assert.Throws<StoreOptionsException>(() => Open(Options(_directory.File("missing"))));

    [Fact]
    public async Task A_proxy_is_used_to_reach_the_server()
    {
        // The test double, used as a proxy to a port without a listener.
        _variables["KUBECONFIG"] = File("own", $$"""
            current-context: red
            clusters:
            - { name: here, cluster: { server: "http://localhost:1", proxy-url: "{{Server.Endpoint}}" } }
            contexts: [{ name: red, context: { cluster: here, user: red, namespace: behind } }]
            users: [{ name: red, user: { token: red-token } }]
            """);

        Assert.Equal("behind", await NamespaceAskedAsync());
    }

    [Fact]
    public async Task Credentials_do_not_leave_the_machine_without_TLS()
    {
        _variables["KUBECONFIG"] = File("own", $$"""
            current-context: red
            clusters:
            - { name: here, cluster: { server: "http://kubernetes.invalid", proxy-url: "{{Server.Endpoint}}" } }
            contexts: [{ name: red, context: { cluster: here, user: red } }]
            users: [{ name: red, user: { token: red-token } }]
            """);
        using var store = Open(Options());

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Documents.ReadAsync(Token));

        Assert.Contains("(credentials are not sent without TLS)", refused.Message, StringComparison.Ordinal);
    }

    private async Task<string> NamespaceAskedAsync(KubeAccessOptions? options = null)
    {
        using var store = Open(options ?? Options());
        await store.Documents.ReadAsync(Token);
        return Server.Requests[^1].Split('/')[4];
    }

    private static KubernetesStore Open(KubeAccessOptions access) => new(
        new KubernetesOptions
        {
            ClusterName = "c",
            PodName = null,
            RequestTimeout = TimeSpan.FromSeconds(5),
            Access = access,
        },
        TimeProvider.System,
        NullLogger.Instance);

    private KubeAccessOptions Options(string? file = null) => new()
    {
        ConfigFile = file,
        Variable = _variables.GetValueOrDefault,
        ServiceAccountDirectory = _directory.File("no-service-account"),
    };

    private string Simple(string inNamespace, string user) =>
        $$"""
        current-context: red
        clusters: [{ name: here, cluster: { server: "{{Server.Endpoint}}" } }]
        contexts: [{ name: red, context: { cluster: here, user: red, namespace: {{inNamespace}} } }]
        users:
        - name: red
          user:
            {{user}}
        """;

    private string File(string name, string content)
    {
        var path = _directory.File(name);
        System.IO.File.WriteAllText(path, content);
        return path;
    }
}
