using System.Text.Json.Nodes;

namespace Stolon.Testing.Go;

/// <summary>Random documents as a Go program could have them in memory, repeatable by seed.</summary>
public sealed class GoSample(int seed)
{
    /// <summary>A lone surrogate stands for bytes that are not UTF-8; the last two sort differently as bytes and in
    /// UTF-16.</summary>
    private const string Letters = "az09_ <>&\"'\\/\n\u0001\u007fé漢\u2028\u00a0\ud800～";

    private static readonly string[] Times =
    [
        "0001-01-01T00:00:00Z", "2026-11-22T04:38:11.070878279Z", "2026-11-22T04:38:11.9+14:00",
        "1999-12-31T23:59:59-09:30", "2024-02-29T00:00:00.000000001Z",
    ];

    /// <summary>Rules that the types do not express: required members, enumeration values, and what the original never
    /// writes.</summary>
    private static readonly Dictionary<string, string[]> Words = new()
    {
        ["cluster.spec.initMode"] = ["new", "existing", "pitr"],
        ["cluster.spec.role"] = ["master", "standby"],
        ["cluster.spec.defaultSUReplAccessMode"] = ["all", "strict"],
        ["cluster.status.phase"] = ["", "initializing", "normal"],
        ["dbs.*.spec.initMode"] = ["", "none", "existing", "new", "pitr", "resync"],
        ["dbs.*.spec.role"] = ["", "master", "standby"],
        ["dbs.*.spec.followConfig.type"] = ["internal"],
        ["uid"] = ["keeper_1"],
        ["UID"] = ["8e72caab"],
    };

    private static readonly string[] NeverNull =
        ["cluster", "cluster.spec", "keepers", "keepers.*", "keepers.*.spec", "dbs", "dbs.*", "dbs.*.spec",
            "dbs.*.spec.followers", "proxy"];

    private static readonly string[] AlwaysNull =
        ["dbs.*.spec.followConfig.standbySettings", "dbs.*.spec.followConfig.archiveRecoverySettings"];

    private readonly Random _random = new(seed);

    public JsonNode Of(GoType type)
    {
        var value = Value(type, "")!;
        if (value["formatVersion"] is not null)
        {
            value["formatVersion"] = 1;
            NameByKeys(value["keepers"]!);
            NameByKeys(value["dbs"]!);
        }

        return value;
    }

    public JsonNode? Value(GoType type, string at) => type switch
    {
        _ when Words.TryGetValue(at, out var words) && !(type is GoType.Optional && Yes()) =>
            words[_random.Next(words.Length)],
        GoType.Optional or GoType.ListOf or GoType.MapOf
            when !NeverNull.Contains(at) && (Yes() || AlwaysNull.Contains(at)) => null,
        GoType.Optional optional => Value(optional.Value, at),
        GoType.Text => Text(),
        GoType.Flag => Yes(),
        // Our durations have units of 100 ns.
        GoType.Whole when at == "ProxyTimeout" => _random.NextInt64(1_000_000_000) * 100,
        GoType.Whole whole => Whole(whole),
        GoType.Duration => _random.NextInt64(-1_000_000, 1_000_000) * 100 * (long)Math.Pow(10, _random.Next(8)),
        GoType.Time => Times[_random.Next(Times.Length)],
        GoType.ListOf list => new JsonArray([.. Some().Select(_ => Value(list.Item, at + "[]"))]),
        GoType.MapOf map => new JsonObject(
            Some().Select(_ => (at is "keepers" or "dbs" ? "k" : "") + Text()).Distinct()
                .Select(key => KeyValuePair.Create(key, Value(map.Value, at + ".*")))),
        GoType.Struct members => new JsonObject(members.Fields.Select(field =>
            KeyValuePair.Create(field.Name, Value(field.Type, $"{at}.{field.Name}".TrimStart('.'))))),
        _ => throw new InvalidOperationException(type.ToString()),
    };

    private static void NameByKeys(JsonNode map)
    {
        foreach (var (key, value) in map.AsObject())
        {
            value!["uid"] = key;
        }
    }

    private JsonNode Whole(GoType.Whole type) => _random.Next(3) switch
    {
        0 => 0,
        1 => type.Most > long.MaxValue ? ulong.MaxValue - (ulong)_random.Next(9) : (long)type.Most - _random.Next(9),
        _ => _random.Next(60_000),
    };

    private string Text()
    {
        var text = string.Concat(Some(10).Select(_ => Letters[_random.Next(Letters.Length)]));
        return Yes() ? text : text + "😀";
    }

    private IEnumerable<int> Some(int below = 4) => Enumerable.Range(0, _random.Next(below));

    private bool Yes() => _random.Next(2) == 1;
}
