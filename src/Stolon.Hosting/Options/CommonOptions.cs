using Stolon.Core.Common;
using Stolon.Hosting.CommandLine;

namespace Stolon.Hosting.Options;

/// <summary>The options that all programs share (docs/spec/store.md 1).</summary>
public sealed record CommonOptions
{
    private const string ObjectKind = "configmap";

    private static readonly string[] Backends = ["consul", "etcdv2", "etcdv3", "kubernetes", "sqlite"];

    /// <summary>One path element of every key; empty is refused by <see cref="Problem"/>.</summary>
    public required string ClusterName { get; init; }

    /// <summary><c>consul</c>, <c>etcdv2</c>, <c>etcdv3</c>, <c>kubernetes</c> or <c>sqlite</c>; the alias
    /// <c>etcd</c> is resolved.</summary>
    public required string Backend { get; init; }

    /// <summary>As given (docs/spec/store.md 2); empty: the backend's default.</summary>
    public required string Endpoints { get; init; }

    /// <summary>First part of every key.</summary>
    public required string Prefix { get; init; }

    /// <summary>For one request to the store.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Client certificate (PEM); null: none.</summary>
    public required string? CertificateFile { get; init; }

    /// <summary>Private key of the client certificate (PEM); null: none.</summary>
    public required string? KeyFile { get; init; }

    /// <summary>The certificates to trust, instead of the system's; null: the system's.</summary>
    public required string? AuthoritiesFile { get; init; }

    public required bool SkipTlsVerification { get; init; }

    /// <summary>Null: the store requires none.</summary>
    public required string? User { get; init; }

    /// <summary>Null: not given, or in <see cref="PasswordFile"/>.</summary>
    public required Secret? Password { get; init; }

    /// <summary>Null: not given.</summary>
    public required string? PasswordFile { get; init; }

    /// <summary>Null: not given; must be <c>configmap</c> for Kubernetes.</summary>
    public required string? KubernetesResourceKind { get; init; }

    /// <summary>Where metrics are served; null: nowhere.</summary>
    public required string? MetricsListenAddress { get; init; }

    /// <summary>stolonctl only: path, context and namespace for Kubernetes; null: not given.</summary>
    public required string? KubernetesConfigFile { get; init; }

    public required string? KubernetesContext { get; init; }

    public required string? KubernetesNamespace { get; init; }

    /// <summary>With Kubernetes as store, the program runs in its own pod. True for all programs except
    /// stolonctl.</summary>
    public required bool InPod { get; init; }

    /// <summary>Returns the value of an environment variable, or null. For variables that a store's own tools use, such
    /// as Consul's token.</summary>
    public required Func<string, string?> Variable { get; init; }

    /// <summary>The first problem, in the original's order and words; null: none.</summary>
    public string? Problem => this switch
    {
        { ClusterName: "" } => "cluster name required",
        { Backend: "" } => "store backend type required",
        { Backend: "kubernetes", KubernetesResourceKind: null } => "unspecified kubernetes resource kind",
        { Backend: "kubernetes", KubernetesResourceKind: { } kind } when kind != ObjectKind =>
            $"wrong kubernetes resource kind: \"{kind}\"",
        _ when !Backends.Contains(Backend) => $"Unknown store backend: \"{Backend}\"",
        { User: null, Password: not null } or { User: null, PasswordFile: not null } =>
            "a password of the store needs --store-user",
        { User: not null, Password: null, PasswordFile: null } =>
            "--store-user needs one of --store-password and --store-passwordfile",
        { Password: not null, PasswordFile: not null } =>
            "only one of --store-password and --store-passwordfile may be given",
        _ => null,
    };

    /// <summary>Reads the options without checking them: a program may have checks that come before
    /// <see cref="Problem"/>.</summary>
    public static CommonOptions Read(ParsedCommand command)
    {
        ArgumentNullException.ThrowIfNull(command);
        return new CommonOptions
        {
            ClusterName = command.Text(CommonFlags.ClusterName),
            Backend = command.Text(CommonFlags.Backend) is "etcd" ? "etcdv2" : command.Text(CommonFlags.Backend),
            Endpoints = command.Text(CommonFlags.Endpoints),
            Prefix = command.Text(CommonFlags.Prefix),
            Timeout = command.Duration(CommonFlags.Timeout),
            CertificateFile = Given(command, CommonFlags.CertificateFile),
            KeyFile = Given(command, CommonFlags.KeyFile),
            AuthoritiesFile = Given(command, CommonFlags.AuthoritiesFile),
            SkipTlsVerification = command.Switch(CommonFlags.SkipTlsVerification),
            User = Given(command, CommonFlags.User),
            Password = Given(command, CommonFlags.Password) is { } password ? new Secret(password) : null,
            PasswordFile = Given(command, CommonFlags.PasswordFile),
            KubernetesResourceKind = Given(command, CommonFlags.KubernetesResourceKind),
            MetricsListenAddress = Given(command, CommonFlags.MetricsListenAddress),
            KubernetesConfigFile = Given(command, CommonFlags.KubernetesConfigFile),
            KubernetesContext = Given(command, CommonFlags.KubernetesContext),
            KubernetesNamespace = Given(command, CommonFlags.KubernetesNamespace),
            InPod = !command.Has(CommonFlags.KubernetesConfigFile),
            Variable = command.Variable,
        };
    }

    /// <summary>Reads and checks the options.</summary>
    /// <exception cref="FatalException">With <see cref="Problem"/>.</exception>
    public static CommonOptions ReadValid(ParsedCommand command)
    {
        var options = Read(command);
        return options.Problem is { } problem ? throw new FatalException(problem) : options;
    }

    private static string? Given(ParsedCommand command, string flag) =>
        command.Has(flag) && command.Text(flag) is { Length: > 0 } value ? value : null;
}
