using System.Net;
using System.Text;
using Stolon.Core.Common;

namespace Stolon.Store.Kubernetes.Access;

/// <summary>Finds the API server and credentials by kubectl's rules (docs/spec/store.md 8.1): the given file, or the
/// files of <c>KUBECONFIG</c>, or <c>~/.kube/config</c>, or the pod's service account.</summary>
internal static class KubeAccessLoader
{
    private const string DefaultNamespace = "default";

    /// <exception cref="StoreOptionsException">No configuration exists, or it is invalid.</exception>
    public static KubeAccess Load(KubeAccessOptions options, TimeProvider time)
    {
        var (files, config) = Configuration(options);
        if ((options.Context ?? config.CurrentContext) is { } context)
        {
            return Create(config, context, string.Join(':', files), options, time);
        }

        return InCluster(options) ?? throw new StoreOptionsException(files.Count == 0
            ? "cannot find a Kubernetes API server: there is no kubeconfig ($KUBECONFIG, ~/.kube/config), and "
                + "this is not a "
                + "pod with a service account"
            : $"kubeconfig {string.Join(':', files)} has no current-context");
    }

    /// <summary>The files that exist, and their merged configuration.</summary>
    private static (IReadOnlyList<string> Files, KubeConfig Config) Configuration(KubeAccessOptions options)
    {
        if (options.ConfigFile is { } only)
        {
            return ([only], KubeConfigReader.Read(only));
        }

        var named = options.Variable("KUBECONFIG") is { Length: > 0 } list
            ? list.Split(':', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)
            : options.Variable("HOME") is { Length: > 0 } home ? [Path.Combine(home, ".kube", "config")] : [];
        var files = named.Where(File.Exists).ToList();
        return (files, files.Select(KubeConfigReader.Read).Aggregate(KubeConfig.Empty, (all, next) => all.Then(next)));
    }

    private static KubeAccess Create(
        KubeConfig config, string contextName, string origin, KubeAccessOptions options, TimeProvider time)
    {
        StoreOptionsException Invalid(string what) => new($"kubeconfig {origin}: {what}");
        var context = config.Contexts.GetValueOrDefault(contextName)
            ?? throw Invalid($"context \"{contextName}\" does not exist");
        var cluster = config.Clusters.GetValueOrDefault(context.Cluster ?? "")
            ?? throw Invalid($"context \"{contextName}\" names cluster \"{context.Cluster}\", which does not exist");
        var user = context.User is null ? new KubeUser()
            : config.Users.GetValueOrDefault(context.User)
            ?? throw Invalid($"context \"{contextName}\" names user \"{context.User}\", which does not exist");
        if (cluster.SkipTlsVerify && (cluster.AuthorityFile ?? cluster.AuthorityPem) is not null)
        {
            throw Invalid($"cluster \"{context.Cluster}\" has both insecure-skip-tls-verify and a certificate "
                + "authority");
        }

        var server = Server(cluster, user) ?? throw Invalid(
            $"cluster \"{context.Cluster}\" has no server with an http or https address:  \"{cluster.Server}\"");
        var credentials = KubeUserCredentials.Create(user, context.User ?? "", cluster, origin, time);
        // As kubectl; but connections within this machine may carry credentials without TLS.
        var tls = server.Scheme == Uri.UriSchemeHttps || server.IsLoopback;
        return new KubeAccess
        {
            Server = new UriBuilder(server.Scheme, server.Host, server.Port).Uri,
            BasePath = server.AbsolutePath.TrimEnd('/'),
            Namespace = options.Namespace ?? context.Namespace ?? DefaultNamespace,
            Tls = new StoreTlsOptions
            {
                CaFile = cluster.AuthorityFile,
                CaPem = cluster.AuthorityPem,
                CertPem = Text(user.CertificatePem, user.CertificateFile),
                KeyPem = Text(user.KeyPem?.Reveal, user.KeyFile) is { } key ? new Secret(key) : null,
                SkipVerify = cluster.SkipTlsVerify,
            },
            TlsServerName = cluster.TlsServerName,
            Proxy = Proxy(cluster.ProxyUrl, Invalid),
            Credentials = tls ? credentials : new FixedCredentials(KubeCredential.None),
            Impersonation = user.Impersonation,
            Origin = $"context \"{contextName}\" of {origin}"
                + (tls ? "" : " (credentials are not sent without TLS)"),
        };
    }

    /// <summary>Null: this program does not run in a pod.</summary>
    private static KubeAccess? InCluster(KubeAccessOptions options)
    {
        string Account(string name) => Path.Combine(options.ServiceAccountDirectory, name);
        if (options.Variable("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host
            || options.Variable("KUBERNETES_SERVICE_PORT") is not { Length: > 0 } port
            || !File.Exists(Account("token")))
        {
            return null;
        }

        var address = host.Contains(':') ? $"https://[{host}]:{port}" : $"https://{host}:{port}";
        return new KubeAccess
        {
            Server = Uri.TryCreate(address, UriKind.Absolute, out var server)
                ? server
                : throw new StoreOptionsException(
                    $"KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not a valid address:  {address}"),
            BasePath = "",
            Namespace = options.Namespace
                ?? (options.Variable("POD_NAMESPACE") is { Length: > 0 } own ? own : null)
                ?? (File.Exists(Account("namespace")) ? NotEmpty(File.ReadAllText(Account("namespace")).Trim()) : null)
                ?? DefaultNamespace,
            Tls = new StoreTlsOptions { CaFile = File.Exists(Account("ca.crt")) ? Account("ca.crt") : null },
            Credentials = new TokenFileCredentials(Account("token"), null),
            Origin = "the pod's service account",
        };
    }

    /// <summary>As in kubectl, a server without a scheme uses TLS if any certificate option is set.</summary>
    private static Uri? Server(KubeCluster cluster, KubeUser user)
    {
        if (cluster.Server is not { } text)
        {
            return null;
        }

        var tls = cluster.AuthorityFile is not null || cluster.AuthorityPem is not null || cluster.SkipTlsVerify
            || user.CertificateFile is not null || user.CertificatePem is not null;
        var full = text.Contains("://", StringComparison.Ordinal) ? text : (tls ? "https://" : "http://") + text;
        return Uri.TryCreate(full, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.Host.Length > 0 ? uri : null;
    }

    private static WebProxy? Proxy(string? text, Func<string, StoreOptionsException> invalid)
    {
        if (text is null)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https" or "socks5"))
        {
            throw invalid("proxy-url must begin with http://, https:// or socks5://");
        }

        var login = Uri.UnescapeDataString(uri.UserInfo).Split(':', 2);
        return new WebProxy(new UriBuilder(uri.Scheme, uri.Host, uri.Port).Uri)
        {
            Credentials = login is [var name, var password] ? new NetworkCredential(name, password) : null,
        };
    }

    private static string? Text(string? text, string? file)
    {
        try
        {
            return text ?? (file is null ? null : File.ReadAllText(file, Encoding.UTF8));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StoreOptionsException($"cannot read the client certificate or key: {e.Message}", e);
        }
    }

    private static string? NotEmpty(string text) => text.Length > 0 ? text : null;
}
