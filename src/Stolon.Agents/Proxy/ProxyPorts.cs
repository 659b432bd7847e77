using Stolon.Agents.Ports.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>The ports for clients.</summary>
public sealed class ProxyPorts
{
    /// <param name="readOnly">Null: there is no read-only port.</param>
    public ProxyPorts(IForwarder primary, IForwarder? readOnly = null)
    {
        Primary = new ProxyPort(primary);
        ReadOnly = readOnly is null ? null : new ProxyPort(readOnly);
        All = ReadOnly is null ? [Primary] : [Primary, ReadOnly];
    }

    public ProxyPort Primary { get; }

    public ProxyPort? ReadOnly { get; }

    public IReadOnlyList<ProxyPort> All { get; }

    /// <exception cref="System.Net.Sockets.SocketException">One of them cannot be opened.</exception>
    public void Listen()
    {
        foreach (var port in All)
        {
            port.Forwarder.Listen();
        }
    }

    public void StopListening()
    {
        foreach (var port in All)
        {
            port.Forwarder.StopListening();
        }
    }

    public void Close(CutCause cause)
    {
        foreach (var port in All)
        {
            port.Route([], cause);
        }
    }

    public void LeaseUntil(long timestamp)
    {
        foreach (var port in All)
        {
            port.Forwarder.LeaseUntil(timestamp);
        }
    }
}
