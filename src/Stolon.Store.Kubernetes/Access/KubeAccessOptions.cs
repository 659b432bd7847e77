namespace Stolon.Store.Kubernetes.Access;

/// <summary>The options for access to the API server, and the program's environment.</summary>
public sealed record KubeAccessOptions
{
    /// <summary>The directory of a pod's service account.</summary>
    public const string ServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The only kubeconfig file to read; null = kubectl's rules.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>The context to use; null = the current one.</summary>
    public string? Context { get; init; }

    /// <summary>The namespace to use; null = that of the context or pod.</summary>
    public string? Namespace { get; init; }

    /// <summary>Reads an environment variable; null if it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The directory with <c>token</c>, <c>ca.crt</c> and <c>namespace</c>.</summary>
    public string ServiceAccountDirectory { get; init; } = ServiceAccount;
}
