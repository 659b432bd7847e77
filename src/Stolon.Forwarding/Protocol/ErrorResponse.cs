using System.Buffers.Binary;
using System.Text;

namespace Stolon.Forwarding.Protocol;

/// <summary>Errors in the form of PostgreSQL's protocol (manual, "Message Formats": ErrorResponse, "Error and Notice
/// Message Fields", "PostgreSQL Error Codes").</summary>
internal static class ErrorResponse
{
    /// <summary>too_many_connections.</summary>
    public static readonly byte[] TooManyClients = Fatal(
        "53300", "sorry, too many clients already", "The proxy has reached its --max-connections.");

    /// <summary>cannot_connect_now.</summary>
    public static readonly byte[] NoServer = Fatal(
        "57P03", "no database server is available at the moment",
        "The proxy knows no server that may be used, or it does not answer: try again.");

    private static byte[] Fatal(string code, string message, string detail)
    {
        var fields = Encoding.UTF8.GetBytes($"SFATAL\0VFATAL\0C{code}\0M{message}\0D{detail}\0\0");
        var bytes = new byte[1 + sizeof(int) + fields.Length];
        bytes[0] = (byte)'E';
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(1), sizeof(int) + fields.Length);
        fields.CopyTo(bytes, 1 + sizeof(int));
        return bytes;
    }
}
