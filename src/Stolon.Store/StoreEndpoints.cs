using System.Text.RegularExpressions;
using Stolon.Core.Common;

namespace Stolon.Store;

/// <summary>Where the store listens: at least one address, all with the same scheme (store.md 2).</summary>
public sealed partial record StoreEndpoints
{
    private StoreEndpoints(ValueList<Uri> addresses) => Addresses = addresses;

    /// <summary>What etcd listens on by default.</summary>
    public static string EtcdDefault => "http://127.0.0.1:2379";

    /// <summary>What Consul listens on by default.</summary>
    public static string ConsulDefault => "http://127.0.0.1:8500";

    /// <summary>Scheme, host and port only, in the given order.</summary>
    public ValueList<Uri> Addresses { get; }

    /// <summary>True when TLS is spoken with all of them.</summary>
    public bool Tls => Addresses[0].Scheme == Uri.UriSchemeHttps;

    /// <summary>Reads the option <c>--store-endpoints</c>.</summary>
    /// <param name="text">Comma list, not trimmed; empty = the default.</param>
    /// <param name="defaultText">What an empty text stands for.</param>
    /// <exception cref="StoreOptionsException">An element that cannot be read, or mixed schemes.</exception>
    public static StoreEndpoints Parse(string text, string defaultText)
    {
        var addresses = (text.Length == 0 ? defaultText : text).Split(',').Select(Address).ToList();
        return addresses.Any(a => a.Scheme != addresses[0].Scheme)
            ? throw new StoreOptionsException($"all store endpoints must have the same scheme: \"{text}\"")
            : new StoreEndpoints([.. addresses]);
    }

    private static Uri Address(string element)
    {
        var hasScheme = SchemePattern().IsMatch(element);
        if (!Uri.TryCreate(hasScheme ? element : $"http://{element}", UriKind.Absolute, out var uri)
            || uri.Host.Length == 0
            || element.Any(char.IsWhiteSpace)
            || (!hasScheme && HostAndPort(uri) != HostAndPort(element)))
        {
            throw new StoreOptionsException($"cannot parse store endpoint \"{element}\"");
        }
        if (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps)
        {
            throw new StoreOptionsException($"unknown scheme \"{uri.Scheme}\" of store endpoint \"{element}\"");
        }
        // A path or user is dropped: the original uses only scheme, host and port.
        return new UriBuilder(uri.Scheme, uri.Host, uri.Port).Uri;
    }

    private static string HostAndPort(Uri uri) => uri.GetComponents(UriComponents.HostAndPort, UriFormat.UriEscaped);

    /// <summary>An element without scheme is nothing but host and port; a missing port is the scheme's.</summary>
    private static string HostAndPort(string element)
    {
        var lower = element.ToLowerInvariant();
        return PortPattern().IsMatch(element) ? lower : lower + ":80";
    }

    // As the original recognises a scheme, the range from '+' to '.' included.
    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9+-.]*://", RegexOptions.CultureInvariant)]
    private static partial Regex SchemePattern();

    [GeneratedRegex(":[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex PortPattern();
}
