using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Stolon.Store;

/// <summary>Tells of each report that cannot be read once, and again when what is wrong with it is another
/// thing.</summary>
/// <param name="logger">Null: nobody is told.</param>
public sealed class UnreadableReports(ILogger? logger = null)
{
    private readonly ILogger _logger = logger ?? NullLogger.Instance;
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Kind, string Place), string> _logged = [];

    /// <param name="kind">Whose reports were read.</param>
    /// <param name="problems">By the place of the report: all that could not be read this time.</param>
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
        "The report of a {Kind} at {Place} cannot be read: {Problem}. That {Kind} counts as silent; the others are "
        + "read")]
    public static partial void Unreadable(ILogger logger, string kind, string place, string problem);
}
