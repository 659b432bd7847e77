using System.Buffers.Binary;

namespace Stolon.Forwarding.Protocol;

/// <summary>The request to end the query of another connection (PostgreSQL manual, "Message Flow": Canceling Requests
/// in Progress, "Message Formats": CancelRequest). It says a process and a key that only that connection was
/// told.</summary>
internal static class CancelRequest
{
    private const int HeaderBytes = 8;

    /// <summary>Length, code, process and a key of 4 bytes, the only one until protocol 3.2.</summary>
    private const int FewestBytes = 16;

    /// <summary>The longest key is of 256 bytes.</summary>
    private const int MostBytes = 268;

    /// <summary>One for TLS, one for GSSAPI: a client that was refused one may ask for the other.</summary>
    private const int MostEncryptionRequests = 2;

    /// <summary>Looks for it at the beginning of a connection, also behind requests for encryption. A server that
    /// grants one hears nothing that looks like this afterwards.</summary>
    /// <param name="said">All that the client has said so far.</param>
    /// <returns>The request. Empty: the client wants something else. Null: that is not certain yet.</returns>
    public static byte[]? Find(ReadOnlySpan<byte> said)
    {
        for (var encryptionRequests = 0; said.Length >= HeaderBytes; encryptionRequests++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(said);
            var code = BinaryPrimitives.ReadInt32BigEndian(said[sizeof(int)..]);
            if (code == StartupCode.Cancel && length is >= FewestBytes and <= MostBytes)
            {
                return said.Length >= length ? said[..length].ToArray() : null;
            }

            if (code is not (StartupCode.Ssl or StartupCode.GssEncryption) || length != HeaderBytes
                || encryptionRequests == MostEncryptionRequests)
            {
                return [];
            }

            said = said[HeaderBytes..];
        }

        return null;
    }
}
