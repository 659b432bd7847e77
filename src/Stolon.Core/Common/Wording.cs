namespace Stolon.Core.Common;

/// <summary>Compares sentences that were made from what the world says.</summary>
public static class Wording
{
    /// <summary>Whether two sentences differ at most in their numbers: times, positions and process ids are no
    /// news.</summary>
    public static bool SameButNumbers(string one, string other) =>
        one == other || WithoutNumbers(one) == WithoutNumbers(other);

    /// <summary>What is left of a sentence for that comparison.</summary>
    public static string WithoutNumbers(string text) => string.Concat(text.Where(c => !char.IsAsciiDigit(c)));
}
