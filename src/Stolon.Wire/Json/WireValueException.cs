using System.Text.Json;

namespace Stolon.Wire.Json;

/// <summary>A value that the format does not allow. A converter leaves the path to the serializer; a map sets
/// it.</summary>
internal sealed class WireValueException(string problem, string? path = null)
    : JsonException(problem, path, null, null);
