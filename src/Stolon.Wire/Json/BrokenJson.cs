using System.Globalization;
using System.Text.Json;

namespace Stolon.Wire.Json;

/// <summary>Describes where a text is not JSON, for its author.</summary>
internal static class BrokenJson
{
    /// <param name="e">The reader's exception.</param>
    public static string Describe(JsonException e)
    {
        var where = string.Create(
            CultureInfo.InvariantCulture, $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
        var said = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0].TrimEnd('.');
        return said switch
        {
            _ when said.Contains("not contain any JSON tokens", StringComparison.Ordinal) => "not valid JSON: empty",
            _ when said.StartsWith("Expected depth to be zero", StringComparison.Ordinal) =>
                $"not valid JSON: it ends too early ({where})",
            _ => $"not valid JSON: {said} ({where})",
        };
    }
}
