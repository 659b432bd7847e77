using System.Text.Json;
using System.Text.Json.Serialization;
using Stolon.Core.Model;
using Stolon.Wire.Go;

namespace Stolon.Wire.Json;

/// <summary>A time as RFC 3339 with up to nine fractional digits and the writer's zone (docs/spec/store.md
/// 4).</summary>
internal sealed class GoTimeConverter : JsonConverter<WallTime>
{
    public override WallTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.String && GoTime.TryParse(reader.GetString()!, out var time)
            ? time
            : throw new WireValueException("must be a time in RFC 3339 form");

    public override void Write(Utf8JsonWriter writer, WallTime value, JsonSerializerOptions options) =>
        writer.WriteStringValue(GoTime.Format(value));
}
