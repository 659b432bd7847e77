using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Stolon.Store.Kubernetes.Access;

/// <summary>Reads members of YAML maps with type checks.</summary>
internal static class YamlReading
{
    public static YamlMappingNode? Map(this YamlMappingNode map, string key) => map.Find(key) switch
    {
        null => null,
        YamlMappingNode inner => inner,
        var other => throw TypeError(other, key, "a map"),
    };

    /// <summary>Null if missing, null or empty.</summary>
    public static string? Text(this YamlMappingNode map, string key) => map.Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } value } => value,
        YamlScalarNode => null,
        var other => throw TypeError(other, key, "a text"),
    };

    public static bool Switch(this YamlMappingNode map, string key) => map.Text(key) switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw TypeError(map, key, "true or false"),
    };

    public static IEnumerable<YamlNode> Items(this YamlMappingNode map, string key) => map.Find(key) switch
    {
        null => [],
        YamlSequenceNode list => list.Children,
        var other => throw TypeError(other, key, "a list"),
    };

    public static IEnumerable<YamlMappingNode> Maps(this YamlMappingNode map, string key) => map.Items(key).Select(
        item => item as YamlMappingNode ?? throw TypeError(item, key, "a list of maps"));

    public static IEnumerable<string> Texts(this YamlMappingNode map, string key) => map.Items(key).Select(
        item => (item as YamlScalarNode)?.Value ?? throw TypeError(item, key, "a list of texts"));

    private static YamlNode? Find(this YamlMappingNode map, string key) =>
        map.Children.FirstOrDefault(m => m.Key is YamlScalarNode { Value: { } name } && name == key).Value switch
        {
            null => null,
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" } => null,
            var value => value,
        };

    private static YamlException TypeError(YamlNode node, string key, string expected) =>
        new(node.Start, node.End, $"{key} must be {expected}");
}
