using Stolon.Core.Common;

namespace Stolon.Store.Kubernetes.Access;

/// <summary>The content of kubeconfig files; several are merged. Paths are resolved.</summary>
internal sealed record KubeConfig
{
    public static KubeConfig Empty { get; } = new();

    /// <summary>Null = not set.</summary>
    public string? CurrentContext { get; init; }

    public IReadOnlyDictionary<string, KubeCluster> Clusters { get; init; } =
        new Dictionary<string, KubeCluster>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, KubeContext> Contexts { get; init; } =
        new Dictionary<string, KubeContext>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, KubeUser> Users { get; init; } =
        new Dictionary<string, KubeUser>(StringComparer.Ordinal);

    /// <summary>Merged as in kubectl: the first file that defines a name wins.</summary>
    public KubeConfig Then(KubeConfig next) => new()
    {
        CurrentContext = CurrentContext ?? next.CurrentContext,
        Clusters = Merged(Clusters, next.Clusters),
        Contexts = Merged(Contexts, next.Contexts),
        Users = Merged(Users, next.Users),
    };

    private static Dictionary<string, T> Merged<T>(
        IReadOnlyDictionary<string, T> first, IReadOnlyDictionary<string, T> next)
    {
        var merged = new Dictionary<string, T>(first, StringComparer.Ordinal);
        foreach (var (name, value) in next)
        {
            merged.TryAdd(name, value);
        }

        return merged;
    }
}

/// <summary>An API server. Null = not set.</summary>
internal sealed record KubeCluster
{
    public string? Server { get; init; }

    public string? AuthorityFile { get; init; }

    /// <summary>PEM text; has precedence over the file.</summary>
    public string? AuthorityPem { get; init; }

    public bool SkipTlsVerify { get; init; }

    public string? TlsServerName { get; init; }

    public string? ProxyUrl { get; init; }

    /// <summary>JSON for credential plugins: the extension <c>client.authentication.k8s.io/exec</c>.</summary>
    public string? ExecConfig { get; init; }
}

/// <summary>A user in a cluster, with a namespace. Null = not set.</summary>
internal sealed record KubeContext(string? Cluster, string? User, string? Namespace);

/// <summary>The credentials of a user. Null = not set.</summary>
internal sealed record KubeUser
{
    public string? CertificateFile { get; init; }

    /// <summary>PEM text; has precedence over the file.</summary>
    public string? CertificatePem { get; init; }

    public string? KeyFile { get; init; }

    /// <inheritdoc cref="CertificatePem"/>
    public Secret? KeyPem { get; init; }

    public Secret? Token { get; init; }

    /// <summary>Has precedence over <see cref="Token"/>, which is used while the file cannot be read.</summary>
    public string? TokenFile { get; init; }

    public string? Name { get; init; }

    public Secret? Password { get; init; }

    public KubeExec? Exec { get; init; }

    /// <summary>Header and value of each impersonation.</summary>
    public ValueList<(string Header, string Value)> Impersonation { get; init; } = [];

    /// <summary>The name of an authentication provider of kubectl before 1.26, which is not supported.</summary>
    public string? AuthProvider { get; init; }
}

/// <summary>A program that provides credentials (Kubernetes manual, "client-go credential plugins").</summary>
internal sealed record KubeExec
{
    public const string V1 = "client.authentication.k8s.io/v1";
    public const string V1Beta1 = "client.authentication.k8s.io/v1beta1";

    public required string ApiVersion { get; init; }

    public required string Command { get; init; }

    public required ValueList<string> Arguments { get; init; }

    public required ValueList<(string Name, string Value)> Variables { get; init; }

    /// <summary>Shown if the program is missing; null = none.</summary>
    public required string? InstallHint { get; init; }

    public required bool ProvideClusterInfo { get; init; }

    /// <summary>Null, <c>Never</c>, <c>IfAvailable</c> or <c>Always</c>.</summary>
    public required string? InteractiveMode { get; init; }
}
