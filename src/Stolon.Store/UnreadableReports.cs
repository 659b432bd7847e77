using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents;

namespace Stolon.Store;

/// <summary>Logs each report that cannot be read once, and again when it cannot be read for another
/// reason.</summary>
/// <param name="logger">Null: nothing is logged.</param>
public sealed class UnreadableReports(ILogger? logger = null)
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly LogOnce<(string Kind, string Place), string> _unreadable = new();

    /// <param name="kind">The kind of program whose reports were read.</param>
    /// <param name="problems">All problems of this read, by the location of the report.</param>
    internal void Found(string kind, IReadOnlyDictionary<string, string> problems)
    {
        _unreadable.EndWhere(k => k.Kind == kind && !problems.ContainsKey(k.Place));
        foreach (var (place, problem) in problems)
        {
            if (_unreadable.Next((kind, place), problem) == LogTurn.First)
            {
                ReportsLog.Unreadable(_logger, kind, place, problem);
            }
        }
    }
}

/// <summary>Log lines of reports: 4050 to 4059.</summary>
internal static partial class ReportsLog
{
    [LoggerMessage(
        4050,
        LogLevel.Warning,
        "The report of a {Kind} at {Place} cannot be read: {Problem}. That {Kind} counts as silent; the reports of the "
        + "others are used")]
    public static partial void Unreadable(ILogger logger, string kind, string place, string problem);
}
