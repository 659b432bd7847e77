using YamlDotNet.RepresentationModel;

namespace Stolon.Store.Tests.Kubernetes;

/// <summary>The manifests of <c>deploy/kubernetes</c>.</summary>
internal static class Manifests
{
    /// <summary>Permissions such as <c>get configmaps</c>.</summary>
    public static IReadOnlyList<string> Rights(string role)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(File.ReadAllText(Path.Combine(Root(), "deploy/kubernetes/rbac.yaml"))));
        var found = stream.Documents.Select(d => (YamlMappingNode)d.RootNode).Single(
            d => (string?)d["kind"] == "Role" && (string?)d["metadata"]["name"] == role);
        return
        [
            .. ((YamlSequenceNode)found["rules"]).SelectMany(rule => Texts(rule["verbs"]).SelectMany(
                verb => Texts(rule["resources"]).Select(resource => $"{verb} {resource}"))),
        ];
    }

    private static IEnumerable<string> Texts(YamlNode list) => ((YamlSequenceNode)list).Select(i => (string)i!);

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Stolon.slnx")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }

        return directory;
    }
}
