namespace Stolon.Testing.Kubernetes;

/// <summary>An API server for tests: the double, or a real one.</summary>
public interface IKubernetes : IAsyncDisposable
{
    /// <summary>Where it listens.</summary>
    Uri Endpoint { get; }

    /// <summary>PEM file with the authority of its certificate; null = it speaks without TLS, or with one that nobody
    /// signed.</summary>
    string? AuthorityFile { get; }

    /// <summary>Token of somebody who may do everything.</summary>
    string AdminToken { get; }

    /// <summary>The second way to it, to prepare things and to check what the code under test did.</summary>
    KubeApi Api { get; }

    /// <summary>Token of somebody who may do only this in a namespace: <c>get configmaps</c>, each.</summary>
    Task<string> TokenAsync(string inNamespace, params IReadOnlyList<string> rights);

    /// <summary>Ends it as a crash would; the data stay.</summary>
    Task KillAsync();

    /// <summary>Starts it with the data it had and waits until it serves.</summary>
    Task StartAgainAsync();

    /// <summary>Connections stay open, nothing is answered.</summary>
    void Freeze();

    void Thaw();
}

/// <summary>Which one the tests use.</summary>
public static class KubernetesServers
{
    /// <summary>The program of a real API server; null = the double is used.</summary>
    public static string? Real => Environment.GetEnvironmentVariable("KUBE_APISERVER") is { Length: > 0 } program
        ? program
        : null;

    /// <summary>Starts the real one when <c>KUBE_APISERVER</c> names its program, else the double.</summary>
    public static async Task<IKubernetes> StartAsync() =>
        Real is { } program ? await KubeApiServer.StartAsync(program) : await KubernetesDouble.StartAsync();
}
