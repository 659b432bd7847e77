using System.Net;
using Stolon.Core.Keeper;

namespace Stolon.Agents.Ports.Proxy;

/// <summary>Turns an advertised address into one to connect to.</summary>
public interface IAddressResolver
{
    /// <summary>Null when the name or the port means nothing now. Limited by its own timeout.</summary>
    Task<IPEndPoint?> ResolveAsync(ServerAddress address, CancellationToken cancellationToken);
}
