using System.Globalization;
using System.Security.Cryptography;
using Stolon.Core.Common;

namespace Stolon.Hosting;

/// <summary>Identifiers and choices from the operating system's randomness.</summary>
public sealed class SystemIdSource : IIdSource
{
    // The first four bytes of a UUID version 4 are random throughout.
    public string NextUid() => NextUuid()[..8];

    public string NextUuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true).ToString("D", CultureInfo.InvariantCulture);
    }

    public int NextNumber(int limit) => RandomNumberGenerator.GetInt32(limit);
}
