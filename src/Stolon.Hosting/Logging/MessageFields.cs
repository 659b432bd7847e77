using System.Collections.Concurrent;

namespace Stolon.Hosting.Logging;

/// <summary>The arguments of a [LoggerMessage] method that become JSON fields: those that its text does not
/// mention.</summary>
/// <remarks>
/// <c>Message = "keeper uid"</c> with a parameter <c>uid</c> gives <c>keeper uid	{"uid": "node_1"}</c>, while
/// <c>Message = "keeper {Uid} lost"</c> gives <c>keeper node_1 lost</c>. For the compiler, unmentioned parameters are a
/// suggestion (SYSLIB1015); it passes them on like the others.
/// </remarks>
internal static class MessageFields
{
    private const string TemplateName = "{OriginalFormat}";

    // Bounded: the message templates of the program are constants.
    private static readonly ConcurrentDictionary<string, IReadOnlyList<string>> Mentioned = new(StringComparer.Ordinal);

    public static IReadOnlyList<KeyValuePair<string, object?>> Of<TState>(TState state, Exception? exception)
    {
        var fields = new List<KeyValuePair<string, object?>>();
        if (state is IReadOnlyList<KeyValuePair<string, object?>> arguments)
        {
            var mentioned = MentionedIn(arguments);
            fields.AddRange(arguments.Where(a => a.Key != TemplateName
                && !mentioned.Contains(a.Key, StringComparer.OrdinalIgnoreCase)));
        }

        if (exception is not null)
        {
            fields.Add(new KeyValuePair<string, object?>("error", exception));
        }

        return fields;
    }

    private static IReadOnlyList<string> MentionedIn(IReadOnlyList<KeyValuePair<string, object?>> arguments) =>
        arguments is [.., { Key: TemplateName, Value: string template }]
            ? Mentioned.GetOrAdd(template, PlaceholdersIn)
            : [];

    private static List<string> PlaceholdersIn(string template)
    {
        var names = new List<string>();
        var rest = template.Replace("{{", "").Replace("}}", "");
        while (rest.IndexOf('{') is var open and >= 0 && rest.IndexOf('}', open) is var close and >= 0)
        {
            names.Add(rest[(open + 1)..close].Split(',', ':')[0]);
            rest = rest[(close + 1)..];
        }

        return names;
    }
}
