using System.Text.Json.Nodes;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>What <c>stolonctl status -f json</c> says (docs/spec/stolonctl.md 5).</summary>
public sealed record ClusterStatus
{
    /// <summary>Keeper uid of the primary. Null: there is none, or the status could not be read.</summary>
    public required string? Primary { get; init; }

    /// <summary>Uid of the leading sentinel. Null: none leads.</summary>
    public required string? LeadingSentinel { get; init; }

    public required IReadOnlyList<string> Sentinels { get; init; }

    public required IReadOnlyList<string> Proxies { get; init; }

    public required IReadOnlyList<KeeperStatus> Keepers { get; init; }

    /// <summary>As it was printed.</summary>
    public required string Text { get; init; }

    public static ClusterStatus Parse(string text)
    {
        var status = JsonNode.Parse(text)!;
        var sentinels = Items(status["sentinels"]).ToList();
        var primary = (string?)status["cluster"]?["master_keeper_uid"];
        return new ClusterStatus
        {
            Primary = primary is "" ? null : primary,
            LeadingSentinel = sentinels.Where(s => (bool)s["leader"]!).Select(s => (string)s["uid"]!).FirstOrDefault(),
            Sentinels = [.. sentinels.Select(s => (string)s["uid"]!)],
            Proxies = [.. Items(status["proxies"]).Select(p => (string)p["uid"]!)],
            Keepers = [.. Items(status["keepers"]).Select(KeeperStatus.Parse)],
            Text = text,
        };
    }

    /// <summary>Whether all of these keepers are healthy and as the sentinel wants them.</summary>
    public bool Settled(int keepers) =>
        Primary is not null && LeadingSentinel is not null && Keepers.Count == keepers && Keepers.All(k => k.Settled);

    public override string ToString() => string.Concat(Text.Where(c => c is not ('\n' or '\t')));

    private static IEnumerable<JsonNode> Items(JsonNode? list) => list is JsonArray items ? items.Select(i => i!) : [];
}
