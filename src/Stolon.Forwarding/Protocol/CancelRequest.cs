using System.Buffers.Binary;

namespace Stolon.Forwarding.Protocol;

/// <summary>The request to cancel the query of another connection (PostgreSQL manual, "Message Flow": Canceling
/// Requests in Progress, "Message Formats": CancelRequest). It contains a process id and a secret key, which the server
/// sent on that connection only.</summary>
internal static class CancelRequest
{
    private const int HeaderBytes = 8;

    /// <summary>Length, code, process id and a key of 4 bytes, its only length before protocol 3.2.</summary>
    private const int MinBytes = 16;

    /// <summary>The longest key has 256 bytes.</summary>
    private const int MaxBytes = 268;

    /// <summary>One for TLS, one for GSSAPI: a client whose first request is refused may send the other.</summary>
    private const int MaxEncryptionRequests = 2;

    /// <summary>Searches the beginning of a connection, also after requests for encryption. If the server accepts
    /// encryption, what follows does not look like a cancel request.</summary>
    /// <param name="received">All bytes received from the client so far.</param>
    /// <returns>The request. Empty: it is not a cancel request. Null: more bytes are needed.</returns>
    public static byte[]? Find(ReadOnlySpan<byte> received)
    {
        for (var encryptionRequests = 0; received.Length >= HeaderBytes; encryptionRequests++)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(received);
            var code = BinaryPrimitives.ReadInt32BigEndian(received[sizeof(int)..]);
            if (code == StartupCode.Cancel && length is >= MinBytes and <= MaxBytes)
            {
                return received.Length >= length ? received[..length].ToArray() : null;
            }

            if (code is not (StartupCode.Ssl or StartupCode.GssEncryption) || length != HeaderBytes
                || encryptionRequests == MaxEncryptionRequests)
            {
                return [];
            }

            received = received[HeaderBytes..];
        }

        return null;
    }
}
