using System.Text.Json.Nodes;

namespace Stolon.Testing.Kubernetes;

/// <summary>Label and field selectors, limited to equality.</summary>
internal sealed class KubeSelector
{
    private readonly List<(string Key, string Value, bool Equal)> _labels;
    private readonly List<(string Key, string Value, bool Equal)> _fields;

    /// <exception cref="KubeStatusException">The selector is not supported by the test double.</exception>
    public KubeSelector(string? labels, string? fields)
    {
        _labels = Parsed(labels);
        _fields = Parsed(fields);
        if (_fields.Find(f => f.Key is not ("metadata.name" or "metadata.namespace")) is { Key: { } unknown })
        {
            throw KubeStatusException.BadRequest($"field label not supported: {unknown}");
        }
    }

    public bool Takes(JsonObject? item) => item?["metadata"] is JsonObject metadata
        && _labels.TrueForAll(l => ((string?)metadata["labels"]?[l.Key] == l.Value) == l.Equal)
        && _fields.TrueForAll(f => ((string?)metadata[f.Key["metadata.".Length..]] == f.Value) == f.Equal);

    private static List<(string Key, string Value, bool Equal)> Parsed(string? text) =>
    [
        .. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(term =>
            term.Split("!=", 2) is [var k, var v] ? (k, v, false)
            : term.Split("==", 2) is [var k2, var v2] ? (k2, v2, true)
            : term.Split('=', 2) is [var k3, var v3] ? (k3, v3, true)
            : throw KubeStatusException.BadRequest($"unable to parse requirement: {term}")),
    ];
}
