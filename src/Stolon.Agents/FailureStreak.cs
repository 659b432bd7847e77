using System.Text.RegularExpressions;

namespace Stolon.Agents;

/// <summary>Failures one after another, each told once: a store that is silent and then refuses fails in several
/// words by turns.</summary>
internal sealed partial class FailureStreak
{
    /// <summary>What differs each time, as a position in hexadecimal, would be new for ever.</summary>
    private const int MaxRemembered = 5;

    private readonly HashSet<string> _told = new(StringComparer.Ordinal);

    /// <summary>True when this failure has not been told since the last success.</summary>
    public bool IsNew(Exception failure) =>
        _told.Count < MaxRemembered && _told.Add(Numbers().Replace(failure.Message, "#"));

    /// <summary>A success.</summary>
    /// <returns>True when there had been failures.</returns>
    public bool End()
    {
        var failed = _told.Count > 0;
        _told.Clear();
        return failed;
    }

    /// <summary>Times and process ids are not news.</summary>
    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Numbers();
}
