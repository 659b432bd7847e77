using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Stolon.Store;

/// <summary>Logs each report that cannot be decoded once, and again if its problem changes.</summary>
/// <param name="logger">Null: nothing is logged.</param>
public sealed class UnreadableReports(ILogger? logger = null)
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Kind, string Place), string> _logged = [];

    /// <param name="kind">The kind of program whose reports were read.</param>
    /// <param name="problems">All problems of this read, by the location of the report.</param>
    internal void Found(string kind, IReadOnlyDictionary<string, string> problems)
    {
        lock (_gate)
        {
            foreach (var known in _logged.Keys.Where(k => k.Kind == kind && !problems.ContainsKey(k.Place)).ToList())
            {
                _logged.Remove(known);
            }

            foreach (var (place, problem) in problems)
            {
                if (!_logged.TryGetValue((kind, place), out var told) || told != problem)
                {
                    _logged[(kind, place)] = problem;
                    ReportsLog.Unreadable(_logger, kind, place, problem);
                }
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
