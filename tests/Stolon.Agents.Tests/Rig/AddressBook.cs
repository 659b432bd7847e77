using System.Net;
using Stolon.Agents.Ports.Proxy;
using Stolon.Core.Keeper;

namespace Stolon.Agents.Tests.Rig;

/// <summary>Resolves addresses that are numbers, and the names it was told.</summary>
internal sealed class AddressBook : IAddressResolver
{
    /// <summary>Host names and their numbers.</summary>
    public Dictionary<string, string> Names { get; } = [];

    /// <summary>A host whose name server never answers.</summary>
    public string? Hangs { get; set; }

    public async Task<IPEndPoint?> ResolveAsync(ServerAddress address, CancellationToken cancellationToken)
    {
        if (address.Host == Hangs)
        {
            await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
        }

        var host = Names.GetValueOrDefault(address.Host, address.Host);
        return IPEndPoint.TryParse($"{host}:{address.Port}", out var endpoint) ? endpoint : null;
    }
}
