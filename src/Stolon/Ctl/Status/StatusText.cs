using System.Text;
using Stolon.Wire;

namespace Stolon.Ctl.Status;

/// <summary>The text form of the status: byte for byte the original's (docs/spec/stolonctl.md 5) while nothing is known
/// to be wrong, otherwise with an additional column for the reasons.</summary>
internal static class StatusText
{
    public static string Render(StatusReport report) => new StringBuilder()
        .Append("=== Active sentinels ===\n\n")
        .Append(Sentinels(report))
        .Append("\n=== Active proxies ===\n\n")
        .Append(Proxies(report))
        .Append("\n=== Keepers ===\n\n")
        .Append(Keepers(report))
        .Append('\n')
        .Append(Cluster(report))
        .ToString();

    private static string Sentinels(StatusReport report) => report.Sentinels.IsEmpty
        ? "No active sentinels\n"
        : TabTable.Render(
            ["ID", "LEADER"],
            [.. report.Sentinels.Select(sentinel => (string[])[sentinel.Uid.Value, Text(sentinel.Leader)])]);

    private static string Proxies(StatusReport report) => report.Proxies.IsEmpty
        ? "No active proxies\n"
        : TabTable.Render(["ID"], [.. report.Proxies.Select(proxy => (string[])[proxy.Uid.Value])]);

    private static string Keepers(StatusReport report) => report.Keepers.IsEmpty
        ? "No keepers available\n"
        : TabTable.Render(
            [
                "UID", "HEALTHY", "PG LISTENADDRESS", "PG HEALTHY", "PG WANTEDGENERATION", "PG CURRENTGENERATION",
                .. report.Keepers.Any(k => StatusReasons.Text(k).Length > 0) ? (string[])["REASON"] : [],
            ],
            [.. report.Keepers.Select(Row)]);

    private static string[] Row(KeeperLine keeper) =>
    [
        keeper.Uid.Value,
        Text(keeper.Healthy),
        keeper.ListenAddress,
        Text(keeper.PgHealthy),
        keeper.WantedGeneration.ToString(),
        keeper.CurrentGeneration.ToString(),
        StatusReasons.Text(keeper),
    ];

    private static string Cluster(StatusReport report) => report.PrimaryKeeper is not { } keeper
        ? $"No cluster available\n{Trouble(report)}\n"
        : $"=== Cluster Info ===\n\n{OriginalTexts.PrimaryKeeperLabel}{keeper}\n{Trouble(report)}"
            + $"\n===== Keepers/DB tree =====\n\n{string.Concat(report.Tree.Select(Branch))}\n";

    private static string Trouble(StatusReport report) =>
        report.Trouble is { } trouble ? $"Trouble: {StatusReasons.Sentence(trouble.Reason, trouble.Since)}\n" : "";

    private static string Branch(TreeLine line) =>
        $"{line.Drawing}{line.Keeper}{(line.Primary ? OriginalTexts.PrimaryMark : "")}\n";

    private static string Text(bool value) => value ? "true" : "false";
}
