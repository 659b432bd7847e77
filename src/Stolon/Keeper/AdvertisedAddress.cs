using System.Net;
using System.Net.Sockets;

namespace Stolon.Keeper;

/// <summary>Warns of an advertised address that others may not reach (keeper.md 1.1, step 8).</summary>
internal static class AdvertisedAddress
{
    public static void Examine(string address, Action<string> warn)
    {
        if (!IPAddress.TryParse(address, out var ip))
        {
            warn($"the advertised address {address} is not an IP address; every host must resolve it alike");
            ip = Resolve(address, warn);
        }

        if (ip is not null && IPAddress.IsLoopback(ip))
        {
            warn($"the advertised address {address} is a loopback address, not reachable from other hosts");
        }
    }

    private static IPAddress? Resolve(string name, Action<string> warn)
    {
        try
        {
            return Dns.GetHostAddresses(name).FirstOrDefault();
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            warn($"the advertised address {name} cannot be resolved: {e.Message}");
            return null;
        }
    }
}
