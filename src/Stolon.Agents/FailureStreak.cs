using System.Text.RegularExpressions;

namespace Stolon.Agents;

/// <summary>Consecutive failures, each logged once. A store that first times out and then refuses connections fails
/// with several messages in turn.</summary>
internal sealed partial class FailureStreak
{
    /// <summary>A message with a part that differs each time, such as a hexadecimal position, would be logged each
    /// time.</summary>
    private const int MaxRemembered = 5;

    private readonly LogOnce<string, bool> _logged = new();

    /// <summary>True when this failure has not been logged since the last success.</summary>
    public bool IsNew(Exception failure) =>
        _logged.Count < MaxRemembered
        && _logged.Next(Numbers().Replace(failure.Message, "#"), true) == LogTurn.First;

    /// <summary>A success.</summary>
    /// <returns>True when there had been failures.</returns>
    public bool End()
    {
        var failed = _logged.Count > 0;
        _logged.EndWhere(_ => true);
        return failed;
    }

    /// <summary>Messages that differ only in times and process ids are the same failure.</summary>
    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
