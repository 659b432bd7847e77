using Stolon.Forwarding.Network.Linux;
using Stolon.Forwarding.Network.Portable;

namespace Stolon.Forwarding.Network;

/// <summary>The implementations of <see cref="INetwork"/>.</summary>
internal sealed class Networks
{
    /// <summary>System calls of Linux.</summary>
    public static readonly Networks Epoll = new() { Create = o => new EpollNetwork(o), SharesSockets = true };

    /// <summary>Sockets of the base library, on every system.</summary>
    public static readonly Networks Portable = new() { Create = o => new SocketNetwork(o), SharesSockets = false };

    internal Networks()
    {
    }

    public static Networks Best => OperatingSystem.IsLinux() ? Epoll : Portable;

    public required Func<SocketOptions, INetwork> Create { get; init; }

    /// <summary>A client accepted by one loop may be served by another.</summary>
    public required bool SharesSockets { get; init; }

    /// <summary>The number of loops.</summary>
    /// <param name="requested">0: one for each processor.</param>
    public int ThreadCount(int requested) =>
        !SharesSockets ? 1 : requested > 0 ? requested : Environment.ProcessorCount;
}
