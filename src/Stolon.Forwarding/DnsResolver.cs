using System.Net;
using System.Net.Sockets;
using Stolon.Agents.Ports.Proxy;
using Stolon.Core.Keeper;

namespace Stolon.Forwarding;

/// <summary>Resolves an advertised address with the host's resolver; prefers IPv4 addresses, as the original
/// does.</summary>
public sealed class DnsResolver(TimeProvider time) : IAddressResolver
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

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
            var resolved = await Dns.GetHostAddressesAsync(address.Host, cancellationToken)
                .WaitAsync(Timeout, time, cancellationToken);
            var best = resolved.FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork)
                ?? resolved.FirstOrDefault();
            return best is null ? null : new IPEndPoint(best, port);
        }
        catch (Exception e) when (e is SocketException or TimeoutException or ArgumentException)
        {
            return null;
        }
    }
}
