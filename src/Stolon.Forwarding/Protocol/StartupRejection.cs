using System.Buffers.Binary;

namespace Stolon.Forwarding.Protocol;

/// <summary>What a server says to a client it does not want, from the client's first byte on: no encryption, and then
/// the error (PostgreSQL manual, "Frontend/Backend Protocol", "Message Flow": Start-up, SSL and GSSAPI session
/// encryption). An error in answer to a request for encryption would be ignored by clients since 2024
/// (CVE-2024-10977).</summary>
/// <param name="error">The message of the error, ready to be sent.</param>
internal sealed class StartupRejection(byte[] error)
{
    /// <summary>The longest start-up packet PostgreSQL takes.</summary>
    private const int MostBytes = 10_000;
    private const int HeaderBytes = 8;
    private const int MostRequests = 8;

    private static readonly byte[] NoEncryption = [(byte)'N'];

    private readonly List<byte> _heard = [];
    private int _requests;

    /// <summary>Nothing more is said; what the client sends is of no interest.</summary>
    public bool Over { get; private set; }

    /// <returns>What to send now; empty: wait for more, or it is <see cref="Over"/>.</returns>
    public byte[] Read(ReadOnlySpan<byte> bytes)
    {
        _heard.AddRange(bytes[..Math.Min(bytes.Length, MostBytes + 1)]);
        List<byte> answer = [];
        while (!Over && Next() is { } said)
        {
            answer.AddRange(said);
        }

        return [.. answer];
    }

    /// <returns>Null: a packet has not arrived as a whole.</returns>
    private byte[]? Next()
    {
        if (_heard.Count < HeaderBytes)
        {
            return null;
        }

        Span<byte> header = stackalloc byte[HeaderBytes];
        for (var i = 0; i < HeaderBytes; i++)
        {
            header[i] = _heard[i];
        }

        var length = BinaryPrimitives.ReadInt32BigEndian(header);
        if (length is < HeaderBytes or > MostBytes || ++_requests > MostRequests)
        {
            Over = true;
            return [];
        }

        if (_heard.Count < length)
        {
            _requests--;
            return null;
        }

        _heard.RemoveRange(0, length);
        return AnswerTo(BinaryPrimitives.ReadInt32BigEndian(header[sizeof(int)..]));
    }

    private byte[] AnswerTo(int code)
    {
        if (code is StartupCode.Ssl or StartupCode.GssEncryption)
        {
            return NoEncryption;
        }

        Over = true;
        return code == StartupCode.Cancel ? [] : error;
    }
}
