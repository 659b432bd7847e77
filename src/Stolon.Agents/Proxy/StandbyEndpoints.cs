using System.Net;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>The endpoints of the read-only port's standbys: the results of the last successful look-ups. Not
/// thread-safe.</summary>
/// <remarks>A failed look-up changes nothing: it shows a problem of the name server, not of the standby. A result does
/// not expire by itself, because the sentinel judges the standby's health without that name server, and its judgement
/// and the address are valid for proxyTimeout only. A result is dropped when its instance is no longer a target, or has
/// another address.</remarks>
internal sealed class StandbyEndpoints
{
    private Dictionary<InstanceUid, Entry> _entries = [];

    /// <summary>Sets the standbys that are targets.</summary>
    public void Follow(IReadOnlyList<ReadTarget> targets) => _entries = targets.ToDictionary(
        t => t.Instance, t => EntryOf(t.Instance, t.Address) ?? new Entry(t.Address, null, Failed: false));

    /// <summary>Null: unknown, or not a target.</summary>
    public IPEndPoint? Of(InstanceUid instance, ServerAddress address) => EntryOf(instance, address)?.Endpoint;

    /// <summary>Records a look-up, whose instance may no longer be a target.</summary>
    /// <param name="found">Null: it failed.</param>
    /// <returns>True: it failed, and the previous one did not.</returns>
    public bool LookedUp(InstanceUid instance, ServerAddress address, IPEndPoint? found)
    {
        if (EntryOf(instance, address) is not { } before)
        {
            return false;
        }

        _entries[instance] = new Entry(address, found ?? before.Endpoint, Failed: found is null);
        return found is null && !before.Failed;
    }

    private Entry? EntryOf(InstanceUid instance, ServerAddress address) =>
        _entries.GetValueOrDefault(instance) is { } entry && entry.Address == address ? entry : null;

    private sealed record Entry(ServerAddress Address, IPEndPoint? Endpoint, bool Failed);
}
