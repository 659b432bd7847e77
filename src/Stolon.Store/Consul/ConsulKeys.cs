using System.Globalization;

namespace Stolon.Store.Consul;

/// <summary>Keys as Consul takes them.</summary>
internal static class ConsulKeys
{
    /// <summary>Consul's mark of keys that are locks. The original writes it with every key, and its Go client takes a
    /// lock without it for somebody else's (store.md 6).</summary>
    public const ulong Flags = 3304740253564472344;

    public static readonly string FlagsQuery = "flags=" + Flags.ToString(CultureInfo.InvariantCulture);

    /// <summary>Consul's keys have no leading slash (store.md 3).</summary>
    public static string Key(string key) => key.TrimStart('/');

    /// <summary>The path of a key or prefix in the API.</summary>
    public static string Path(string key) =>
        "/v1/kv/" + string.Join('/', Key(key).Split('/').Select(Uri.EscapeDataString));
}
