using System.Globalization;

namespace Stolon.Store.Consul;

/// <summary>The format of keys in Consul.</summary>
internal static class ConsulKeys
{
    /// <summary>Consul's flag for keys that are locks. The original writes it with every key; its Go client rejects a
    /// lock without it (docs/spec/store.md 6).</summary>
    public const ulong Flags = 3304740253564472344;

    public static readonly string FlagsQuery = "flags=" + Flags.ToString(CultureInfo.InvariantCulture);

    /// <summary>Consul's keys have no leading slash (docs/spec/store.md 3).</summary>
    public static string Key(string key) => key.TrimStart('/');

    /// <summary>The path of a key or prefix in the API.</summary>
    public static string Path(string key) =>
        "/v1/kv/" + string.Join('/', Key(key).Split('/').Select(Uri.EscapeDataString));
}
