using System.Net;
using Stolon.Core.Keeper;

namespace Stolon.Agents.Ports.Proxy;

/// <summary>Resolves advertised addresses.</summary>
public interface IAddressResolver
{
    /// <summary>Null: the name cannot be resolved now, or the port is invalid. Has its own timeout.</summary>
    Task<IPEndPoint?> ResolveAsync(ServerAddress address, CancellationToken cancellationToken);
}
