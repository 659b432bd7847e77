using Stolon.Agents.Ports.Store;
using Stolon.Store.Kubernetes;
using Stolon.Testing;
using Stolon.Testing.Kubernetes;

namespace Stolon.Store.Tests.Kubernetes;

/// <summary>Credentials from a program: a shell script that counts its runs.</summary>
public sealed class KubernetesPluginTests : IAsyncLifetime
{
    private const string V1 = "client.authentication.k8s.io/v1";
    private readonly TemporaryDirectory _directory = new("kubernetes-plugin");
    private KubernetesDouble? _server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private KubernetesDouble Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _server = await KubernetesDouble.StartAsync();
        Server.Users.AddToken("token-1", "first");
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        _directory.Dispose();
    }

    [Theory]
    [InlineData("client.authentication.k8s.io/v1")]
    [InlineData("client.authentication.k8s.io/v1beta1")]
    public async Task Its_token_is_used_until_it_is_refused(string version)
    {
        using var store = Open(Script(version, """{"token":"token-'$n'"}"""), version);
        await store.Documents.ReadAsync(Token);
        await store.Documents.ReadAsync(Token);
        Assert.Equal(1, Runs);

        Server.Users.RemoveToken("token-1");
        Server.Users.AddToken("token-2", "second");
        await store.Documents.ReadAsync(Token);

        Assert.Equal(2, Runs);
    }

    [Fact]
    public async Task It_is_run_only_once_more_when_its_credentials_are_refused()
    {
        using var store = Open(Script(V1, """{"token":"unknown-'$n'"}"""));

        var refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Documents.ReadAsync(Token));

        Assert.Contains("are not accepted", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("unknown-", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, Runs);
    }

    [Fact]
    public async Task It_is_run_again_when_its_token_has_expired()
    {
        Server.Users.AddToken("token-2", "second");
        using var store = Open(Script(V1, """{"token":"token-'$n'","expirationTimestamp":"2001-02-03T04:05:06Z"}"""));

        await store.Documents.ReadAsync(Token);
        await store.Documents.ReadAsync(Token);

        Assert.Equal(2, Runs);
    }

    [Fact]
    public async Task It_receives_the_cluster_information()
    {
        var script = Script(V1, """{"token":"token-'$n'"}""", "echo \"$KUBERNETES_EXEC_INFO $1 $COLOUR\" > received");
        using var store = Open(script, more: """
                    args: [blue]
                    env: [{ name: COLOUR, value: green }]
                    provideClusterInfo: true
            """);

        await store.Documents.ReadAsync(Token);

        var info = """{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","spec":{"interactive":"""
            + """false,"cluster":{"server":"SERVER","config":{"audience":"db"}}}} blue green""";
        Assert.Equal(
            info.Replace("SERVER", Server.Endpoint.ToString(), StringComparison.Ordinal),
            File.ReadAllText(_directory.File("received")).Trim());
    }

    [Fact]
    public async Task Its_arguments_are_not_split_and_its_output_may_exceed_a_pipes_buffer()
    {
        var script = Script(
            V1, """{"token":"token-'$n'"}""", "echo \"$1\" > received; head -c 200000 /dev/zero | tr '\\0' ' '");
        using var store = Open(script, more: "        args: ['two words']");

        await store.Documents.ReadAsync(Token);

        Assert.Equal("two words", File.ReadAllText(_directory.File("received")).Trim());
    }

    [Fact]
    public async Task When_it_fails_its_last_error_line_is_reported_but_not_its_output()
    {
        var script = Script(V1, """{"token":"secret"}""", "echo warming up >&2; echo log in first >&2; fail=7");
        using var store = Open(script);

        var failed = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Documents.ReadAsync(Token));

        Assert.EndsWith("ended with exit code 7: log in first", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failed.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("not JSON: secret", "did not print valid JSON")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1"}""", "did not print")]
    [InlineData("""{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1"}""", "neither a token nor")]
    public async Task Invalid_output_is_reported_by_kind(string printed, string expected)
    {
        File.WriteAllText(_directory.File("printed"), printed);
        using var store = Open("cat", more: $"        args: ['{_directory.File("printed")}']");

        var failed = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Documents.ReadAsync(Token));

        Assert.Contains(expected, failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", failed.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_program_is_reported_with_its_install_hint()
    {
        using var store = Open("stolon-test-no-such-plugin", more: "        installHint: ask the platform team");

        var failed = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.Documents.ReadAsync(Token));

        Assert.Contains("cannot be started", failed.Message, StringComparison.Ordinal);
        Assert.Contains("(ask the platform team)", failed.Message, StringComparison.Ordinal);
    }

    private int Runs => File.ReadAllLines(_directory.File("runs")).Length;

    /// <summary>Prints this status, in which <c>'$n'</c> is the number of the run.</summary>
    private string Script(string version, string status, string before = "")
    {
        var file = _directory.File("plugin");
        File.WriteAllText(file, $$"""
            #!/bin/sh
            cd {{_directory.Path}}
            echo run >> runs
            n=$(wc -l < runs)
            fail=0
            {{before}}
            echo '{"kind":"ExecCredential","apiVersion":"{{version}}","status":{{status}}}'
            exit $fail

            """);
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return "./plugin";
    }

    private KubernetesStore Open(string command, string version = V1, string more = "")
    {
        var file = _directory.File("kubeconfig");
        File.WriteAllText(file, $$"""
            current-context: test
            clusters:
            - name: test
              cluster:
                server: {{Server.Endpoint}}
                extensions:
                - name: client.authentication.k8s.io/exec
                  extension: { audience: db }
            contexts: [{ name: test, context: { cluster: test, user: test } }]
            users:
            - name: test
              user:
                exec:
                    apiVersion: {{version}}
                    command: {{command}}
            {{string.Join('\n', more.Split('\n').Select(l => l.Length == 0 ? "" : "        " + l.Trim()))}}
            """);
        return KubernetesRig.Store("c", null, file);
    }
}
