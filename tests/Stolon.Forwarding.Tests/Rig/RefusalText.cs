using System.Buffers.Binary;
using System.Text;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Reads an ErrorResponse (PostgreSQL manual, "Message Formats", "Error and Notice Message Fields").</summary>
internal static class RefusalText
{
    /// <param name="bytes">Exactly one message.</param>
    public static Dictionary<char, string> Parse(ReadOnlySpan<byte> bytes)
    {
        Assert.False(bytes.IsEmpty, "no message");
        Assert.Equal('E', (char)bytes[0]);
        Assert.Equal(bytes.Length - 1, BinaryPrimitives.ReadInt32BigEndian(bytes[1..]));
        var text = Encoding.UTF8.GetString(bytes[5..]);
        Assert.EndsWith("\0\0", text);
        return text[..^2].Split('\0').ToDictionary(field => field[0], field => field[1..]);
    }
}
