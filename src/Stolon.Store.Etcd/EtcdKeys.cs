using Google.Protobuf;

namespace Stolon.Store.Etcd;

/// <summary>The format of keys and ranges in etcd.</summary>
internal static class EtcdKeys
{
    private static readonly ByteString Zero = ByteString.CopyFrom(0);

    public static ByteString Key(string key) => ByteString.CopyFromUtf8(key);

    /// <summary>The start and end of the range of all keys with this prefix; empty = all keys.</summary>
    public static (ByteString Key, ByteString End) Prefix(string prefix)
    {
        if (prefix.Length == 0)
        {
            return (Zero, Zero);
        }
        // The end is the prefix with its last byte incremented. UTF-8 has no byte 255, so there is no carry.
        var end = Key(prefix).ToByteArray();
        end[^1]++;
        return (Key(prefix), ByteString.CopyFrom(end));
    }
}
