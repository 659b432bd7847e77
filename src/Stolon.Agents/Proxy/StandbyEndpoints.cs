using System.Net;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>Where the standbys are that are read from: what the names of their addresses meant when they were last
/// looked up with success. Not for several threads.</summary>
/// <remarks>A failed look-up changes nothing. It says that a name server has trouble, not that the standby has, and an
/// answer needs no limit of time of its own: whether the standby is well is the sentinel's judgement, which does not
/// ask that name server, and the cluster data that have the judgement and the address are believed for proxyTimeout
/// only. An answer is forgotten with its instance's being a target, and with the address it was given for.</remarks>
internal sealed class StandbyEndpoints
{
    private Dictionary<InstanceUid, Entry> _entries = [];

    /// <summary>These are the standbys to be read from, all of them.</summary>
    public void Follow(IReadOnlyList<ReadTarget> targets) => _entries = targets.ToDictionary(
        t => t.Instance, t => EntryOf(t.Instance, t.Address) ?? new Entry(t.Address, null, InTrouble: false));

    /// <summary>Null: not known, or not among those that are followed.</summary>
    public IPEndPoint? Of(InstanceUid instance, ServerAddress address) => EntryOf(instance, address)?.Endpoint;

    /// <summary>A look-up has ended; what it is about may have gone since.</summary>
    /// <param name="found">Null: it failed.</param>
    /// <returns>True: it failed, and the one before did not.</returns>
    public bool LookedUp(InstanceUid instance, ServerAddress address, IPEndPoint? found)
    {
        if (EntryOf(instance, address) is not { } before)
        {
            return false;
        }

        _entries[instance] = new Entry(address, found ?? before.Endpoint, InTrouble: found is null);
        return found is null && !before.InTrouble;
    }

    private Entry? EntryOf(InstanceUid instance, ServerAddress address) =>
        _entries.GetValueOrDefault(instance) is { } entry && entry.Address == address ? entry : null;

    private sealed record Entry(ServerAddress Address, IPEndPoint? Endpoint, bool InTrouble);
}
