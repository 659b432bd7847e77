namespace Stolon.Testing.Kubernetes;

/// <summary>kubeconfig files for programs under test.</summary>
public static class KubeConfigText
{
    /// <summary>A file with one context, <c>test</c>.</summary>
    /// <returns>Its path.</returns>
    public static string Write(
        string file, Uri server, string token, string inNamespace = "default", string? authorityFile = null)
    {
        File.WriteAllText(file, Of(server, token, inNamespace, authorityFile));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return file;
    }

    /// <summary>For programs that use this server with all permissions.</summary>
    /// <param name="told">The server's address in the file; null: its own endpoint.</param>
    public static string Of(IKubernetes server, Uri? told = null) =>
        Of(told ?? server.Endpoint, server.AdminToken, "default", server.AuthorityFile);

    private static string Of(Uri server, string token, string inNamespace, string? authorityFile)
    {
        var trust = server.Scheme == Uri.UriSchemeHttp ? ""
            : authorityFile is null ? "insecure-skip-tls-verify: true"
            : $"certificate-authority: {authorityFile}";
        return $"""
            apiVersion: v1
            kind: Config
            current-context: test
            clusters:
            - name: test
              cluster:
                server: {server.GetLeftPart(UriPartial.Authority)}
                {trust}
            contexts:
            - name: test
              context: {"{"} cluster: test, user: test, namespace: {inNamespace} {"}"}
            users:
            - name: test
              user:
                token: {token}

            """;
    }
}
