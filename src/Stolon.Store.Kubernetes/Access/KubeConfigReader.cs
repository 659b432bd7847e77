using System.Text;
using System.Text.Json.Nodes;
using Stolon.Core.Common;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Stolon.Store.Kubernetes.Access;

/// <summary>Reads one kubeconfig file (Kubernetes reference, "kubeconfig (v1)"). Unknown members are ignored.</summary>
internal sealed class KubeConfigReader
{
    private const string ExecExtension = "client.authentication.k8s.io/exec";
    private readonly string _directory;

    private KubeConfigReader(string directory) => _directory = directory;

    /// <exception cref="StoreOptionsException">The file cannot be read, or is not a kubeconfig.</exception>
    public static KubeConfig Read(string file)
    {
        try
        {
            return Parse(File.ReadAllText(file), Path.GetDirectoryName(Path.GetFullPath(file))!);
        }
        catch (YamlException e)
        {
            throw new StoreOptionsException($"kubeconfig {file}, line {e.Start.Line}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw new StoreOptionsException($"cannot read kubeconfig {file}: {e.Message}", e);
        }
    }

    /// <param name="directory">The base of relative paths.</param>
    private static KubeConfig Parse(string text, string directory)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        if (stream.Documents is not [{ RootNode: YamlMappingNode root }, ..])
        {
            return stream.Documents is [] or [{ RootNode: YamlScalarNode { Value: null or "" } }, ..]
                ? KubeConfig.Empty
                : throw new FormatException("it is not a YAML map");
        }

        var reader = new KubeConfigReader(directory);
        return new KubeConfig
        {
            CurrentContext = root.Text("current-context"),
            Clusters = Named(root, "clusters", "cluster", reader.Cluster),
            Contexts = Named(root, "contexts", "context", Context),
            Users = Named(root, "users", "user", reader.User),
        };
    }

    private static Dictionary<string, T> Named<T>(
        YamlMappingNode root, string list, string member, Func<YamlMappingNode, T> read)
    {
        var named = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var item in root.Maps(list))
        {
            if (item.Text("name") is { } name)
            {
                // The first of two with the same name wins, as between files.
                named.TryAdd(name, read(item.Map(member) ?? new YamlMappingNode()));
            }
        }

        return named;
    }

    private static KubeContext Context(YamlMappingNode node) =>
        new(node.Text("cluster"), node.Text("user"), node.Text("namespace"));

    private KubeCluster Cluster(YamlMappingNode node) => new()
    {
        Server = node.Text("server"),
        AuthorityFile = Resolved(node.Text("certificate-authority")),
        AuthorityPem = Decoded(node, "certificate-authority-data"),
        SkipTlsVerify = node.Switch("insecure-skip-tls-verify"),
        TlsServerName = node.Text("tls-server-name"),
        ProxyUrl = node.Text("proxy-url"),
        ExecConfig = node.Maps("extensions").FirstOrDefault(e => e.Text("name") == ExecExtension) is { } extension
            ? Json(extension.Children.FirstOrDefault(m => m.Key is YamlScalarNode { Value: "extension" }).Value)
                ?.ToJsonString()
            : null,
    };

    private KubeUser User(YamlMappingNode node) => new()
    {
        CertificateFile = Resolved(node.Text("client-certificate")),
        CertificatePem = Decoded(node, "client-certificate-data"),
        KeyFile = Resolved(node.Text("client-key")),
        KeyPem = Secret(Decoded(node, "client-key-data")),
        Token = Secret(node.Text("token")),
        TokenFile = Resolved(node.Text("tokenFile")),
        Name = node.Text("username"),
        Password = Secret(node.Text("password")),
        Exec = node.Map("exec") is { } exec ? Exec(exec) : null,
        Impersonation = [.. Impersonation(node)],
        AuthProvider = node.Map("auth-provider")?.Text("name"),
    };

    private KubeExec Exec(YamlMappingNode node) => new()
    {
        ApiVersion = node.Text("apiVersion") ?? "",
        // Relative to the file only if it contains a slash; a bare name is looked up in PATH.
        Command = node.Text("command") is { } command && command.Contains('/') ? Resolved(command)!
            : node.Text("command") ?? "",
        Arguments = [.. node.Texts("args")],
        Variables = [.. node.Maps("env").Select(v => (v.Text("name") ?? "", v.Text("value") ?? ""))],
        InstallHint = node.Text("installHint"),
        ProvideClusterInfo = node.Switch("provideClusterInfo"),
        InteractiveMode = node.Text("interactiveMode"),
    };

    private static IEnumerable<(string Header, string Value)> Impersonation(YamlMappingNode node)
    {
        if (node.Text("as") is { } user)
        {
            yield return ("Impersonate-User", user);
        }

        if (node.Text("as-uid") is { } uid)
        {
            yield return ("Impersonate-Uid", uid);
        }

        foreach (var group in node.Texts("as-groups"))
        {
            yield return ("Impersonate-Group", group);
        }

        var extra = node.Map("as-user-extra") ?? new YamlMappingNode();
        foreach (var name in extra.Children.Keys.OfType<YamlScalarNode>().Select(key => key.Value ?? ""))
        {
            foreach (var value in extra.Texts(name))
            {
                yield return ("Impersonate-Extra-" + Uri.EscapeDataString(name), value);
            }
        }
    }

    private string? Resolved(string? path) => path is null ? null : Path.Combine(_directory, path);

    private static Secret? Secret(string? text) => text is null ? null : new Secret(text);

    /// <summary>Decodes base64; the error does not contain the text.</summary>
    private static string? Decoded(YamlMappingNode node, string key)
    {
        try
        {
            return node.Text(key) is { } text ? Encoding.UTF8.GetString(Convert.FromBase64String(text)) : null;
        }
        catch (FormatException e)
        {
            throw new FormatException($"{key} is not base64", e);
        }
    }

    /// <summary>Converts YAML to JSON, as far as needed for plugin configuration.</summary>
    private static JsonNode? Json(YamlNode? node) => node switch
    {
        YamlMappingNode map => new JsonObject(map.Children.Select(
            m => KeyValuePair.Create(((YamlScalarNode)m.Key).Value ?? "", Json(m.Value)))),
        YamlSequenceNode list => new JsonArray([.. list.Children.Select(Json)]),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } => null,
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" } => JsonValue.Create(true),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: "false" } => JsonValue.Create(false),
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text } when long.TryParse(text, out var number) =>
            JsonValue.Create(number),
        YamlScalarNode scalar => JsonValue.Create(scalar.Value),
        _ => null,
    };
}
