namespace Stolon.Store.Kubernetes.Access;

/// <summary>What a program was told about the way to the API server, and where it finds the rest.</summary>
public sealed record KubeAccessOptions
{
    /// <summary>Where pods find their service account.</summary>
    public const string ServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>The only kubeconfig file to read; null = as kubectl chooses.</summary>
    public string? ConfigFile { get; init; }

    /// <summary>Instead of the current one; null = the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Instead of the context's or the pod's; null = those.</summary>
    public string? Namespace { get; init; }

    /// <summary>An environment variable's value, or null.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The directory with <c>token</c>, <c>ca.crt</c> and <c>namespace</c>.</summary>
    public string ServiceAccountDirectory { get; init; } = ServiceAccount;
}
