using Stolon.Core.Common;
using Stolon.Hosting.CommandLine;

namespace Stolon.Hosting.Options;

/// <summary>The flags of docs/spec/store.md 1 and docs/spec/metrics.md 2, which precede a program's own.</summary>
public static class CommonFlags
{
    internal const string ClusterName = "cluster-name";
    internal const string Backend = "store-backend";
    internal const string Endpoints = "store-endpoints";
    internal const string Prefix = "store-prefix";
    internal const string Timeout = "store-timeout";
    internal const string CertificateFile = "store-cert-file";
    internal const string KeyFile = "store-key";
    internal const string AuthoritiesFile = "store-ca-file";
    internal const string SkipTlsVerification = "store-skip-tls-verify";
    internal const string User = "store-user";
    internal const string Password = "store-password";
    internal const string PasswordFile = "store-passwordfile";
    internal const string KubernetesResourceKind = "kube-resource-kind";
    internal const string MetricsListenAddress = "metrics-listen-address";
    internal const string KubernetesConfigFile = "kubeconfig";
    internal const string KubernetesContext = "kube-context";
    internal const string KubernetesNamespace = "kube-namespace";
    internal const string LogLevel = "log-level";
    internal const string LogColor = "log-color";
    internal const string Debug = "debug";

    private static ValueList<FlagDefinition> Shared =>
    [
        FlagDefinition.Text(ClusterName, "", "name of the cluster (required)"),
        FlagDefinition.Text(Backend, "", "type of the store: consul, etcdv2 (or etcd), etcdv3, "
            + "kubernetes or sqlite (required)"),
        FlagDefinition.Text(Endpoints, "", "comma separated endpoints of the store, with or without a scheme "
            + "(etcd: http://127.0.0.1:2379, consul: http://127.0.0.1:8500 when not given; sqlite: path of its file)"),
        FlagDefinition.Text(Prefix, "stolon/cluster", "first part of every key in the store"),
        FlagDefinition.Duration(Timeout, TimeSpan.FromSeconds(5), "time limit for one request to the store"),
        FlagDefinition.Text(CertificateFile, "", "client certificate for the store (PEM file)"),
        FlagDefinition.Text(KeyFile, "", "private key of the client certificate (PEM file)"),
        FlagDefinition.Text(AuthoritiesFile, "", "certificates to trust when connecting to the store (PEM file)"),
        FlagDefinition.Switch(SkipTlsVerification, false, "do not verify the certificate of the store"),
        FlagDefinition.Text(User, "", "user of the store, if it requires one (etcdv2, etcdv3)"),
        FlagDefinition.Text(Password, "", "password of the store's user (visible in the process list: prefer the "
            + "password file)"),
        FlagDefinition.Text(PasswordFile, "", "file with the password of the store's user"),
        FlagDefinition.Text(KubernetesResourceKind, "", "kind of the object that holds the cluster data: configmap"),
        FlagDefinition.Text(MetricsListenAddress, "", "host:port where metrics are served, e.g. 0.0.0.0:8080 "
            + "(not served when empty)"),
        FlagDefinition.Text(LogLevel, "info", "lowest level that is logged: debug, info, warn or error"),
    ];

    /// <summary>For keeper, sentinel and proxy.</summary>
    public static ValueList<FlagDefinition> Daemon =>
    [
        .. Shared,
        FlagDefinition.Switch(LogColor, false, "log in colour (when not given: if standard error is a terminal)"),
        FlagDefinition.Switch(Debug, false, "log at level debug") with { Deprecated = "use --log-level=debug instead" },
    ];

    /// <summary>For stolonctl.</summary>
    public static ValueList<FlagDefinition> Control =>
    [
        .. Shared,
        FlagDefinition.Text(KubernetesConfigFile, "", "path of the kubeconfig file"),
        FlagDefinition.Text(KubernetesContext, "", "context in the kubeconfig file"),
        FlagDefinition.Text(KubernetesNamespace, "", "namespace of the cluster"),
    ];
}
