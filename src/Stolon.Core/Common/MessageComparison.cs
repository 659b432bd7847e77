namespace Stolon.Core.Common;

/// <summary>Compares messages that contain texts of PostgreSQL or the operating system.</summary>
public static class MessageComparison
{
    /// <summary>Whether two messages differ at most in their figures: times, positions, amounts and process ids do not
    /// make a new message; other names do, even if they differ in one digit only.</summary>
    public static bool EqualIgnoringNumbers(string one, string other) =>
        one == other || WithoutNumbers(one) == WithoutNumbers(other);

    /// <summary>The message with a sign in place of each figure, for that comparison.</summary>
    public static string WithoutNumbers(string sentence) => string.Join(' ', Words(sentence));

    private static IEnumerable<string> Words(string sentence) =>
        sentence.Split(' ').Select(
            word => IsFigure(word.Trim('(', ')', '[', ']', '"', '\'', ',', ';', ':', '.')) ? "#" : word);

    /// <summary>Such as 12, 0.5, 10s, 14:05:01.5, 2026-11-28, 0/30001A8.</summary>
    private static bool IsFigure(string word)
    {
        if (word.Split('/') is [{ Length: > 0 } high, { Length: > 0 } low])
        {
            return high.All(char.IsAsciiHexDigitUpper) && low.All(char.IsAsciiHexDigitUpper);
        }

        var figures = word.TakeWhile(c => char.IsAsciiDigit(c) || c is '.' or ':' or '-' or '+' or ',').Count();
        return figures > 0
            && word.Any(char.IsAsciiDigit)
            && word.Length - figures <= 3
            && word[figures..].All(c => char.IsAsciiLetter(c) || c == '%');
    }
}
