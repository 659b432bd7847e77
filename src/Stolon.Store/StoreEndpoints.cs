using System.Text.RegularExpressions;
using Stolon.Core.Common;

namespace Stolon.Store;

/// <summary>The addresses of the store: at least one, all with the same scheme (docs/spec/store.md 2).</summary>
public sealed partial record StoreEndpoints
{
    private StoreEndpoints(ValueList<Uri> addresses) => Addresses = addresses;

    /// <summary>etcd's default address.</summary>
    public static string EtcdDefault => "http://127.0.0.1:2379";

    /// <summary>Consul's default address.</summary>
    public static string ConsulDefault => "http://127.0.0.1:8500";

    /// <summary>Scheme, host and port only, in the given order.</summary>
    public ValueList<Uri> Addresses { get; }

    /// <summary>True if all addresses use TLS.</summary>
    public bool Tls => Addresses[0].Scheme == Uri.UriSchemeHttps;

    /// <summary>Reads the option <c>--store-endpoints</c>.</summary>
    /// <param name="text">Addresses separated by commas, not trimmed; empty = the default.</param>
    /// <param name="defaultText">Used if the text is empty.</param>
    /// <exception cref="StoreOptionsException">An address is invalid, or the schemes differ.</exception>
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
        // A path or user is ignored, as in the original: it uses only scheme, host and port.
        return new UriBuilder(uri.Scheme, uri.Host, uri.Port).Uri;
    }

    private static string HostAndPort(Uri uri) => uri.GetComponents(UriComponents.HostAndPort, UriFormat.UriEscaped);

    /// <summary>An address without a scheme must be only host and port; the default port is that of the
    /// scheme.</summary>
    private static string HostAndPort(string element)
    {
        var lower = element.ToLowerInvariant();
        return PortPattern().IsMatch(element) ? lower : lower + ":80";
    }

    // As in the original, including the range from '+' to '.'.
    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9+-.]*://", RegexOptions.CultureInvariant)]
    private static partial Regex SchemePattern();

    [GeneratedRegex(":[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex PortPattern();
}
