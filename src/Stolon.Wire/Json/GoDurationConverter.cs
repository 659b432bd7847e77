using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Stolon.Wire.Go;

namespace Stolon.Wire.Json;

/// <summary>A duration as a string in Go's notation (docs/spec/store.md 4.5).</summary>
/// <remarks>Go's decoder strips quotes and parses the rest, so the only number that it accepts is <c>0</c>.</remarks>
internal sealed class GoDurationConverter : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType switch
        {
            JsonTokenType.String => reader.GetString()!,
            JsonTokenType.Number => Encoding.UTF8.GetString(reader.ValueSpan),
            _ => throw new WireValueException("must be a duration in a string, such as \"5s\""),
        };
        return GoDuration.TryParse(text, out var duration, out var error)
            ? duration
            : throw new WireValueException(error);
    }

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) =>
        writer.WriteStringValue(GoDuration.Format(value));
}
