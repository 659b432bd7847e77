using System.Text;
using System.Text.Json.Nodes;
using Stolon.Core.Common;

namespace Stolon.Store.Kubernetes.Access;

/// <summary>The credentials of a kubeconfig user.</summary>
internal static class KubeUserCredentials
{
    /// <exception cref="StoreOptionsException">Their kind is not supported.</exception>
    public static IKubeCredentials Create(
        KubeUser user, string name, KubeCluster cluster, string origin, TimeProvider time)
    {
        StoreOptionsException Invalid(string what) => new($"kubeconfig {origin}: user \"{name}\": {what}");
        if (user.AuthProvider is { } provider)
        {
            throw Invalid($"auth-provider \"{provider}\" is not supported (kubectl removed it in 1.26): use exec");
        }

        if (user.Impersonation.GroupBy(i => i.Header).FirstOrDefault(i => i.Count() > 1) is { } several)
        {
            // .NET sends them as one line with commas, which the API server reads as one name.
            throw Invalid($"{several.Count()} values for {several.Key} cannot be sent: configure only one");
        }

        if (user.Exec is { } exec)
        {
            return user is { Token: not null } or { TokenFile: not null } or { Name: not null }
                ? throw Invalid("exec cannot be used together with a token or a password")
                : exec.ApiVersion is not (KubeExec.V1 or KubeExec.V1Beta1)
                    ? throw Invalid($"exec: apiVersion must be {KubeExec.V1} or {KubeExec.V1Beta1}: "
                        + $"\"{exec.ApiVersion}\"")
                : exec.Command.Length == 0 ? throw Invalid("exec: command is missing")
                : exec.InteractiveMode == "Always"
                    ? throw Invalid("exec: interactiveMode Always is not possible, because the program has no terminal")
                : new ExecCredentials(new ExecPlugin(exec, Info(cluster), time), time);
        }

        var fixedToken = user.Token is { } token ? KubeCredential.Bearer(token.Reveal) : null;
        return user switch
        {
            { TokenFile: { } file } => new TokenFileCredentials(file, fixedToken),
            { Token: not null } => new FixedCredentials(fixedToken!),
            { Name: { } login } => new FixedCredentials(new KubeCredential(
                new Secret($"{new StoreLogin(login, user.Password ?? new Secret("")).BasicAuthorization()}"))),
            _ => new FixedCredentials(KubeCredential.None),
        };
    }

    /// <summary>The cluster information that a plugin may require: <c>spec.cluster</c> of
    /// <c>KUBERNETES_EXEC_INFO</c>.</summary>
    private static JsonObject Info(KubeCluster cluster)
    {
        var info = new JsonObject { ["server"] = cluster.Server };
        if (cluster.TlsServerName is { } name)
        {
            info["tls-server-name"] = name;
        }

        if (cluster.SkipTlsVerify)
        {
            info["insecure-skip-tls-verify"] = true;
        }

        if (Authority(cluster) is { } authority)
        {
            info["certificate-authority-data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(authority));
        }

        if (cluster.ProxyUrl is { } proxy)
        {
            info["proxy-url"] = proxy;
        }

        if (cluster.ExecConfig is { } config)
        {
            info["config"] = JsonNode.Parse(config);
        }

        return info;
    }

    /// <summary>An unreadable file is reported when it is read for TLS.</summary>
    private static string? Authority(KubeCluster cluster) => cluster.AuthorityPem
        ?? (cluster.AuthorityFile is { } file && File.Exists(file) ? File.ReadAllText(file) : null);
}
