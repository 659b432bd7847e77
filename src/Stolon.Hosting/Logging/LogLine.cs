using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Keeper;
using Stolon.Agents.Ports.Store;

namespace Stolon.Hosting.Logging;

/// <summary>The text of a log line (docs/spec/metrics.md 2): tab separated, fields as JSON, never more than one
/// line.</summary>
internal static class LogLine
{
    /// <summary>One line with a line feed, in UTF-8.</summary>
    public static byte[] Format(LogEntry entry, bool color)
    {
        var line = new StringBuilder();
        line.Append(TimeOf(entry.Time)).Append('\t')
            .Append(color ? Colored(entry.Level) : NameOf(entry.Level)).Append('\t')
            .Append(entry.Caller).Append('\t');
        AppendPlain(line, entry.Message);
        if (entry.Fields.Count > 0)
        {
            line.Append("\t{");
            foreach (var (name, value) in entry.Fields)
            {
                line.Append(line[^1] is '{' ? "" : ", ");
                AppendQuoted(line, name);
                line.Append(": ");
                AppendValue(line, value);
            }

            line.Append('}');
        }

        return Encoding.UTF8.GetBytes(line.Append('\n').ToString());
    }

    /// <summary>The messages of an exception and its causes, outermost first, without repetitions.</summary>
    public static string Describe(Exception exception)
    {
        var messages = new List<string>();
        for (Exception? e = exception; e is not null; e = IsSelfExplanatory(e) ? null : e.InnerException)
        {
            if (!messages.Exists(earlier => earlier.Contains(e.Message.TrimEnd('.'), StringComparison.Ordinal)))
            {
                messages.Add(e.Message);
            }
        }

        return string.Join(": ", messages.Select((m, i) => i < messages.Count - 1 ? m.TrimEnd('.') : m))
            .ReplaceLineEndings(" ");
    }

    /// <summary>Whether the message already contains the causes.</summary>
    private static bool IsSelfExplanatory(Exception e) =>
        e is StoreUnavailableException or LocalStateException or UnauthorizedAccessException or JsonException;

    private static string TimeOf(DateTimeOffset time)
    {
        var zone = time.Offset == TimeSpan.Zero ? "Z"
            : time.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "");
        return time.ToString("yyyy-MM-ddTHH:mm:ss.fff", CultureInfo.InvariantCulture) + zone;
    }

    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "DEBUG",
        LogLevel.Information => "INFO",
        LogLevel.Warning => "WARN",
        LogLevel.Error => "ERROR",
        _ => "FATAL",
    };

    private static string Colored(LogLevel level)
    {
        var color = level switch
        {
            LogLevel.Trace or LogLevel.Debug => 35,
            LogLevel.Information => 34,
            LogLevel.Warning => 33,
            _ => 31,
        };
        return $"\e[{color}m{NameOf(level)}\e[0m";
    }

    /// <summary>Escapes control characters, which would break the line or control the terminal.</summary>
    private static void AppendPlain(StringBuilder line, string text)
    {
        foreach (var character in text)
        {
            _ = character switch
            {
                '\n' => line.Append("\\n"),
                '\r' => line.Append("\\r"),
                '\t' => line.Append("\\t"),
                _ when char.IsControl(character) => line.Append($"\\u{(int)character:x4}"),
                _ => line.Append(character),
            };
        }
    }

    private static void AppendValue(StringBuilder line, object? value)
    {
        switch (value)
        {
            case null:
                line.Append("null");
                break;
            case bool truth:
                line.Append(truth ? "true" : "false");
                break;
            case sbyte or byte or short or ushort or int or uint or long or ulong:
                line.Append(CultureInfo.InvariantCulture, $"{value}");
                break;
            case double number when double.IsFinite(number):
                line.Append(number.ToString("R", CultureInfo.InvariantCulture));
                break;
            case Exception exception:
                AppendQuoted(line, Describe(exception));
                break;
            case TimeSpan duration:
                AppendQuoted(line, Wire.Go.GoDuration.Format(duration));
                break;
            case IEnumerable items and not string:
                AppendItems(line, items);
                break;
            default:
                AppendQuoted(line, value.ToString() ?? "");
                break;
        }
    }

    private static void AppendItems(StringBuilder line, IEnumerable items)
    {
        line.Append('[');
        var first = true;
        foreach (var item in items)
        {
            line.Append(first ? "" : ", ");
            first = false;
            AppendValue(line, item);
        }

        line.Append(']');
    }

    private static void AppendQuoted(StringBuilder line, string text) =>
        line.Append('"').Append(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)).Append('"');
}
