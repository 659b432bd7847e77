namespace Stolon.Testing.Kubernetes;

/// <summary>An API server for tests: the test double, or a real one.</summary>
public interface IKubernetes : IAsyncDisposable
{
    /// <summary>Its address.</summary>
    Uri Endpoint { get; }

    /// <summary>PEM file with the authority of its certificate; null = without TLS, or with a self-signed
    /// certificate.</summary>
    string? AuthorityFile { get; }

    /// <summary>A token with all permissions.</summary>
    string AdminToken { get; }

    /// <summary>Independent access to it, to prepare objects and to check the effects of the code under test.</summary>
    KubeApi Api { get; }

    /// <summary>A token with only these permissions in a namespace, such as <c>get configmaps</c>.</summary>
    Task<string> TokenAsync(string inNamespace, params IReadOnlyList<string> rights);

    /// <summary>Kills it; its data remain.</summary>
    Task KillAsync();

    /// <summary>Starts it with its data and waits until it is ready.</summary>
    Task StartAgainAsync();

    /// <summary>Freezes it: connections stay open, without responses.</summary>
    void Freeze();

    void Thaw();
}

/// <summary>Selects the API server of the tests.</summary>
public static class KubernetesServers
{
    /// <summary>The program of a real API server; null = the test double is used.</summary>
    public static string? Real => Environment.GetEnvironmentVariable("KUBE_APISERVER") is { Length: > 0 } program
        ? program
        : null;

    /// <summary>Starts the real one if <c>KUBE_APISERVER</c> names its program, else the test double.</summary>
    public static async Task<IKubernetes> StartAsync() =>
        Real is { } program ? await KubeApiServer.StartAsync(program) : await KubernetesDouble.StartAsync();
}
