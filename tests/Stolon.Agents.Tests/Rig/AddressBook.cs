using System.Net;
using Stolon.Core.Keeper;
using Stolon.Ports.Proxy;

namespace Stolon.Agents.Tests.Rig;

/// <summary>Resolves addresses that are numbers, and no names.</summary>
internal sealed class AddressBook : IAddressResolver
{
    public Task<IPEndPoint?> ResolveAsync(ServerAddress address, CancellationToken cancellationToken) =>
        Task.FromResult(IPEndPoint.TryParse(address.ToString(), out var endpoint) ? endpoint : null);
}
