namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>Counts requests and bytes on HTTP connections in clear text, of version 1.1 and 2.</summary>
public sealed class StoreTraffic
{
    private long _requests;
    private long _bytes;

    /// <summary>Requests begun; a watch is one, however long it lasts.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Of both directions, headers included.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>For <see cref="Testing.FaultyLine.Tap"/>.</summary>
    public Action<ReadOnlyMemory<byte>, bool> NewConnection()
    {
        Func<byte[], int>? count = null;
        return (piece, answer) =>
        {
            Interlocked.Add(ref _bytes, piece.Length);
            if (!answer)
            {
                var bytes = piece.ToArray();
                count ??= bytes.AsSpan().StartsWith("PRI * HTTP/2.0"u8) ? new Frames().Headers : RequestLines;
                Interlocked.Add(ref _requests, count(bytes));
            }
        };
    }

    /// <summary>Clients wait for an answer before they ask again: a request line is at the beginning of a
    /// piece.</summary>
    private static int RequestLines(byte[] piece)
    {
        var text = piece.AsSpan();
        return text.StartsWith("GET "u8) || text.StartsWith("PUT "u8) || text.StartsWith("POST "u8)
            || text.StartsWith("PATCH "u8) || text.StartsWith("DELETE "u8) ? 1 : 0;
    }

    /// <summary>The frames of one HTTP/2 connection (RFC 9113, section 4.1), after its preface of 24 bytes.</summary>
    private sealed class Frames
    {
        private const int HeaderLength = 9;
        private const byte HeadersType = 1;
        private readonly byte[] _header = new byte[HeaderLength];
        private int _filled;
        private int _skip = 24;

        /// <summary>How many requests begin in this piece.</summary>
        public int Headers(byte[] piece)
        {
            var found = 0;
            foreach (var b in piece)
            {
                if (_skip > 0)
                {
                    _skip--;
                    continue;
                }

                _header[_filled++] = b;
                if (_filled == HeaderLength)
                {
                    _filled = 0;
                    _skip = (_header[0] << 16) | (_header[1] << 8) | _header[2];
                    found += _header[3] == HeadersType ? 1 : 0;
                }
            }

            return found;
        }
    }
}
