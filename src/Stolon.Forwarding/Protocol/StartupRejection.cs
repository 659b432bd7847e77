using System.Buffers.Binary;
using System.Text;

namespace Stolon.Forwarding.Protocol;

/// <summary>Answers a refused client as a PostgreSQL server does: refuses encryption, then sends the error (PostgreSQL
/// manual, "Frontend/Backend Protocol", "Message Flow": Start-up, SSL and GSSAPI session encryption). Since 2024,
/// clients ignore an error in answer to a request for encryption (CVE-2024-10977).</summary>
/// <param name="error">The encoded error message.</param>
internal sealed class StartupRejection(byte[] error)
{
    /// <summary>The error too_many_connections.</summary>
    public static readonly byte[] TooManyClients = Fatal(
        "53300", "sorry, too many clients already", "The proxy has reached its --max-connections.");

    /// <summary>The error cannot_connect_now.</summary>
    public static readonly byte[] NoServer = Fatal(
        "57P03", "no database server is available at the moment",
        "The proxy has no server to forward to, or the server does not accept connections. Try again.");

    /// <summary>The longest startup packet that PostgreSQL accepts.</summary>
    private const int MaxBytes = 10_000;
    private const int HeaderBytes = 8;
    private const int MaxRequests = 8;

    private static readonly byte[] NoEncryption = [(byte)'N'];

    private readonly List<byte> _received = [];
    private int _requests;

    /// <summary>No further answer follows; ignore what the client sends.</summary>
    public bool Finished { get; private set; }

    /// <returns>What to send now. Empty: wait for more, or <see cref="Finished"/>.</returns>
    public byte[] Read(ReadOnlySpan<byte> bytes)
    {
        _received.AddRange(bytes[..Math.Min(bytes.Length, MaxBytes + 1)]);
        List<byte> answer = [];
        while (!Finished && Next() is { } reply)
        {
            answer.AddRange(reply);
        }

        return [.. answer];
    }

    /// <returns>Null: the packet is not complete yet.</returns>
    private byte[]? Next()
    {
        if (_received.Count < HeaderBytes)
        {
            return null;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        for (var i = 0; i < HeaderBytes; i++)
        {
            header[i] = _received[i];
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(header);
        if (length is < HeaderBytes or > MaxBytes || ++_requests > MaxRequests)
        {
            Finished = true;
            return [];
        }

        if (_received.Count < length)
        {
            _requests--;
            return null;
        }

        _received.RemoveRange(0, length);
        return AnswerTo(BinaryPrimitives.ReadInt32BigEndian(header[sizeof(int)..]));
    }

    private byte[] AnswerTo(int code)
    {
        if (code is StartupCode.Ssl or StartupCode.GssEncryption)
        {
            return NoEncryption;
        }

        Finished = true;
        return code == StartupCode.Cancel ? [] : error;
    }

    /// <summary>Encodes an ErrorResponse (PostgreSQL manual, "Message Formats", "Error and Notice Message Fields",
    /// "PostgreSQL Error Codes").</summary>
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
