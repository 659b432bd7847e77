using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Stolon.Wire.Json;

/// <summary>Converts JSON text to and from the wire types, with errors that name the document and the member.</summary>
internal static class JsonText
{
    public static byte[] Write<T>(T value, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(value, type);

    /// <summary>Null for JSON <c>null</c>.</summary>
    public static T? Read<T>(string document, ReadOnlyMemory<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(GoStrings.Repair(json).Span, type);
        }
        catch (JsonException e)
        {
            throw Translate(document, e);
        }
    }

    public static TDomain? Read<TWire, TDomain>(
        string document, ReadOnlyMemory<byte> json, JsonTypeInfo<TWire> type, Func<TWire, TDomain> map)
        where TWire : class
        where TDomain : class
    {
        var wire = Read(document, json, type);
        try
        {
            return wire is null ? null : map(wire);
        }
        catch (WireValueException e)
        {
            throw Translate(document, e);
        }
    }

    public static WireFormatException Translate(string document, JsonException e)
    {
        var path = (e.Path ?? "").TrimStart('$').TrimStart('.');
        return e switch
        {
            WireValueException => new WireFormatException(document, path, e.Message),

            // The serializer wraps its reader's message about broken JSON, and for values that do not fit it names .NET
            // types, which do not help operators.
            { InnerException: JsonException broken } => new WireFormatException(
                document, path, BrokenJson.Describe(broken)),
            _ => new WireFormatException(document, path, "has a value of the wrong type or out of range"),
        };
    }
}
