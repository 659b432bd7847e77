using System.Net;
using System.Net.Sockets;
using Stolon.Agents.Ports.Proxy;
using Stolon.Core.Keeper;

namespace Stolon.Forwarding;

/// <summary>Resolves an advertised address by the host's own means; IPv4 addresses are preferred, as the original
/// does.</summary>
public sealed class DnsResolver(TimeProvider time) : IAddressResolver
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    public async Task<IPEndPoint?> ResolveAsync(ServerAddress address, CancellationToken cancellationToken)
    {
        if (!ushort.TryParse(address.Port, out var port))
        {
            return null;
        }

        if (IPAddress.TryParse(address.Host, out var ip))
        {
            return new IPEndPoint(ip, port);
        }

        try
        {
            var found = await Dns.GetHostAddressesAsync(address.Host, cancellationToken)
                .WaitAsync(Limit, time, cancellationToken);
            var best = found.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork)
                ?? found.FirstOrDefault();
            return best is null ? null : new IPEndPoint(best, port);
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            return null;
        }
    }
}
