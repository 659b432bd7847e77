using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Wire;
using Stolon.Wire.V1;

namespace Stolon.Ctl.Status;

/// <summary>What is wrong with a keeper or its PostgreSQL, and since when, as text and as JSON.</summary>
internal static class StatusReasons
{
    /// <summary>Less retained WAL, in bytes, is normal and not shown.</summary>
    public const long MinWalShown = 128L << 20;

    /// <summary>Empty: nothing is wrong.</summary>
    public static string Text(KeeperLine keeper)
    {
        var sentences = keeper.Complaints.Select(c => (c.Text, c.Since));
        if (keeper.Trouble is { } trouble)
        {
            sentences = sentences.Where(c => c.Text != trouble.Reason).Prepend((trouble.Reason, trouble.Since));
        }

        var texts = sentences.Select(s => Sentence(s.Item1, s.Item2));
        return string.Join("; ", keeper.WalKept is { } kept
            ? texts.Append($"the primary keeps {ByteSize.Text(kept)} of WAL for it, which it does not receive")
            : texts);
    }

    public static string Sentence(string text, WallTime since) => $"{text} (since {Moment(since)})";

    public static ShownTroubleV1? ToShown(this Trouble? trouble) =>
        trouble is null ? null : new ShownTroubleV1 { Reason = trouble.Reason, Since = trouble.Since };

    public static IReadOnlyList<ShownComplaintV1>? ToShown(this IReadOnlyCollection<Complaint> complaints) =>
        complaints.Count == 0
            ? null
            :
            [
                .. complaints.Select(c => new ShownComplaintV1
                {
                    Subject = StatusJson.WordOf(c.Subject), Text = c.Text, Since = c.Since,
                }),
            ];

    private static string Moment(WallTime moment) =>
        moment.IsNever ? "an unknown time" : moment.Value.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'");
}
