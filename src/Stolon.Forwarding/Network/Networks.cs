using Stolon.Forwarding.Network.Linux;
using Stolon.Forwarding.Network.Portable;

namespace Stolon.Forwarding.Network;

/// <summary>The ways to the system's sockets there are.</summary>
internal sealed class Networks
{
    /// <summary>Linux's own calls.</summary>
    public static readonly Networks Epoll = new() { Create = o => new EpollNetwork(o), SharesSockets = true };

    /// <summary>The base library's; on every system.</summary>
    public static readonly Networks Portable = new() { Create = o => new SocketNetwork(o), SharesSockets = false };

    internal Networks()
    {
    }

    public static Networks Best => OperatingSystem.IsLinux() ? Epoll : Portable;

    public required Func<SocketOptions, INetwork> Create { get; init; }

    /// <summary>A client accepted by one loop may be served by another.</summary>
    public required bool SharesSockets { get; init; }

    /// <summary>How many loops there shall be.</summary>
    /// <param name="wanted">0: one for each processor.</param>
    public int Threads(int wanted) => !SharesSockets ? 1 : wanted > 0 ? wanted : Environment.ProcessorCount;
}
