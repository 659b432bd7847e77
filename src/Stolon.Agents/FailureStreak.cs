using System.Text.RegularExpressions;

namespace Stolon.Agents;

/// <summary>Failures one after another, each told once: a store that is silent and then refuses fails in several
/// words by turns.</summary>
internal sealed partial class FailureStreak
{
    /// <summary>What differs each time, as a position in hexadecimal, would be new for ever.</summary>
    private const int MaxRemembered = 5;

    private readonly HashSet<string> _logged = new(StringComparer.Ordinal);

    /// <summary>True when this failure has not been told since the last success.</summary>
    public bool IsNew(Exception failure) =>
        _logged.Count < MaxRemembered && _logged.Add(Numbers().Replace(failure.Message, "#"));

    /// <summary>A success.</summary>
    /// <returns>True when there had been failures.</returns>
    public bool End()
    {
        var failed = _logged.Count > 0;
        _logged.Clear();
        return failed;
    }

    /// <summary>Times and process ids are not news.</summary>
    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
