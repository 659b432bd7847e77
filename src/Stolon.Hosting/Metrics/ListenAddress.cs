using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Stolon.Hosting.Metrics;

/// <summary>An address to listen on, in Go's notation: <c>host:port</c>, <c>:port</c>, <c>[::1]:port</c>.</summary>
internal sealed record ListenAddress
{
    /// <summary>Host name, or address without brackets; empty = all addresses of the host.</summary>
    public required string Host { get; init; }

    /// <summary>0 = any free port.</summary>
    public required int Port { get; init; }

    /// <exception cref="FormatException">The text is not an address; the message says why.</exception>
    public static ListenAddress Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 0)
        {
            throw new FormatException($"address {text}: missing port in address");
        }

        var host = text[..colon];
        var bracketed = host is ['[', .., ']'];
        if (!bracketed && host.Contains(':'))
        {
            throw new FormatException($"address {text}: too many colons in address");
        }

        if (!int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            || port > IPEndPoint.MaxPort)
        {
            throw new FormatException($"address {text}: invalid port");
        }

        return new ListenAddress { Host = bracketed ? host[1..^1] : host, Port = port };
    }

    /// <summary>A listener that is not started yet.</summary>
    /// <exception cref="SocketException">The host name does not resolve.</exception>
    public async Task<TcpListener> ListenerAsync(CancellationToken cancellationToken)
    {
        if (Host.Length == 0)
        {
            return Socket.OSSupportsIPv6 ? TcpListener.Create(Port) : new TcpListener(IPAddress.Any, Port);
        }

        var addresses = IPAddress.TryParse(Host, out var address) ? [address]
            : await Dns.GetHostAddressesAsync(Host, cancellationToken);
        return new TcpListener(addresses[0], Port);
    }
}
