using System.Text.RegularExpressions;
using Stolon.Core.Common;

namespace Stolon.Core.Postgres;

/// <summary>The log of a trial start of PostgreSQL with a configuration: untranslated, lines without a
/// prefix.</summary>
public sealed partial record TrialOutput
{
    /// <summary>It tried to read its data, which a trial does not have: so it accepts the configuration.</summary>
    public bool Started { get; private init; }

    /// <summary>The parameters in its messages, each with the reason.</summary>
    public ValueMap<string, string> Parameters { get; private init; } = ValueMap<string, string>.Empty;

    /// <summary>The lines of pg_hba.conf in its messages, from 1, each with the reason.</summary>
    public ValueMap<int, string> HbaLines { get; private init; } = ValueMap<int, string>.Empty;

    /// <summary>Why it ended; null: no message.</summary>
    public string? Fatal { get; private init; }

    /// <param name="names">The parameter in each line of the file, from line 1; empty: another line.</param>
    public static TrialOutput Of(IEnumerable<string> lines, IReadOnlyList<string> names)
    {
        var messages = Messages(lines);
        var started = messages.Exists(m => m.Text.Contains("startup process (PID", StringComparison.Ordinal));
        var result = new TrialOutput
        {
            Started = started,
            Fatal = started ? null : messages.LastOrDefault(m => m.Severity == "FATAL")?.Whole
                ?? messages.LastOrDefault(m => m.Severity == "")?.Whole,
        };
        return messages.Aggregate(result, (all, message) => all.With(message, names));
    }

    /// <summary>The message without the rejected value, which may be a secret.</summary>
    public static string Reason(string message)
    {
        var text = InFile().Replace(message, "");
        text = InvalidValue().Replace(text, "invalid value");
        return UnknownName().Replace(text, "unrecognized configuration parameter");
    }

    private TrialOutput With(Message message, IReadOnlyList<string> names)
    {
        if (HbaPlace().Match(message.Context) is { Success: true } place)
        {
            // PostgreSQL only warns of a line that cannot match, for instance if TLS is off.
            return Started || message.Text.Contains("cannot match", StringComparison.Ordinal)
                ? this
                : this with { HbaLines = HbaLines.With(int.Parse(place.Groups[1].Value), message.Text) };
        }

        var parameter = NamedBy(message, names);
        var isRejection = message.Severity == "WARNING"
            ? message.Text.Contains("parameter name", StringComparison.Ordinal)
            : !Started;
        return parameter is null || !isRejection
            ? this
            : this with { Parameters = Parameters.With(parameter, Reason(message.Text) + message.Advice) };
    }

    private static string? NamedBy(Message message, IReadOnlyList<string> names)
    {
        if (ParameterName().Match(message.Text) is { Success: true } name)
        {
            return name.Groups[1].Value;
        }

        return FilePlace().Match(message.Text) is { Success: true } place
            && int.Parse(place.Groups[1].Value) is var line
            && line <= names.Count && names[line - 1].Length > 0
            ? names[line - 1]
            : null;
    }

    private static List<Message> Messages(IEnumerable<string> lines)
    {
        var messages = new List<Message>();
        foreach (var line in lines)
        {
            var colon = line.IndexOf(':');
            var (label, text) = colon > 0 && line[..colon].All(char.IsAsciiLetterUpper)
                ? (line[..colon], line[(colon + 1)..].Trim())
                : ("", line);
            switch (label)
            {
                case "HINT" when messages.Count > 0:
                    messages[^1] = messages[^1] with { Hint = text };
                    break;
                case "CONTEXT" when messages.Count > 0:
                    messages[^1] = messages[^1] with { Context = text };
                    break;
                case "DETAIL" or "STATEMENT" or "LOCATION":
                    break;
                default:
                    messages.Add(new Message(label, text));
                    break;
            }
        }

        return messages;
    }

    [GeneratedRegex("parameter (?:name )?\"([^\"]+)\"")]
    private static partial Regex ParameterName();

    [GeneratedRegex("in file \"[^\"]*\" line (\\d+)")]
    private static partial Regex FilePlace();

    [GeneratedRegex("line (\\d+) of configuration file \"[^\"]*pg_hba\\.conf\"")]
    private static partial Regex HbaPlace();

    [GeneratedRegex(" in file \"[^\"]*\" line \\d+")]
    private static partial Regex InFile();

    [GeneratedRegex("invalid value for parameter \"[^\"]+\".*", RegexOptions.Singleline)]
    private static partial Regex InvalidValue();

    [GeneratedRegex("unrecognized configuration parameter \"[^\"]+\"")]
    private static partial Regex UnknownName();

    private sealed record Message(string Severity, string Text)
    {
        public string Hint { get; init; } = "";

        public string Context { get; init; } = "";

        public string Advice => Hint.Length == 0 ? "" : $"; {Hint.TrimEnd('.')}";

        public string Whole => Text + Advice;
    }
}
