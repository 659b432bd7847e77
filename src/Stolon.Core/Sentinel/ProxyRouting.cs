using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Which instance the proxies forward to (docs/spec/sentinel.md 7.2, step 5.1).</summary>
/// <remarks>
/// <para>Idea: the target changes in two steps. First the proxies get no target, and every proxy closes all its
/// connections. Only when all of them have confirmed that do they get the new target.</para>
/// <para>Invariant: while one proxy forwards to an instance, no other proxy forwards to another one. So clients never
/// write to two primaries.</para>
/// <para>Why it is safe:</para>
/// <para>1. Each change of the target or of the enabled proxies is a new generation. A proxy that reads a generation
/// without a target closes first and then reports that generation. <see cref="Open"/> waits until every active proxy
/// has reported exactly this generation.</para>
/// <para>2. A proxy that cannot report stays active until its report is stale for twice the proxy's own timeout
/// (<see cref="ProxyObservation"/>). Within one timeout without the store it has closed by itself.</para>
/// <para>3. A proxy forwards only if it is enabled. A new proxy is enabled later, in a new generation with the same
/// target; until then it is closed.</para>
/// <para>4. A primary becomes the target only after it has reported that it carried out its present generation. If its
/// keeper is contested or its address has changed, its uid may stand for two servers, so it is closed first,
/// too.</para>
/// <para>5. The cluster data are written only if nobody else has written them since they were read, so two sentinels
/// cannot take different steps from the same generation.</para>
/// </remarks>
internal static class ProxyRouting
{
    public static DecisionState Apply(DecisionState state)
    {
        if (state.Elected || state.Primary is not { } primary)
        {
            return state;
        }

        if (state.Data.Proxy.Target is not { } target)
        {
            return Open(state with { Memory = state.Memory with { Target = null } }, primary);
        }

        if (target != primary.Uid)
        {
            return Close(state);
        }

        state = RememberTarget(state, primary);
        if (RevocationReason(state, primary) is { } why)
        {
            return Close(state.WithNote(new SentinelNote.TargetRevoked(primary.Uid, why)));
        }

        return Enable(state);
    }

    /// <summary>A primary whose address has changed, or whose uid two keepers use, may be two servers: no client may be
    /// led from one to the other before every proxy has closed.</summary>
    /// <returns>Null: it stays the target.</returns>
    private static string? RevocationReason(DecisionState state, Instance primary)
    {
        if (KeeperContest.Of(state, primary.Spec.Keeper) is not null)
        {
            return $"its keeper {primary.Spec.Keeper} is contested";
        }

        return state.Memory.Target is { Address: var address }
            && DesiredConfiguration.AddressOf(primary) is { } present
            && address != present
            ? $"it was at {address} and is now at {present}"
            : null;
    }

    /// <summary>The cluster data lack the target's address only if the target was set, or the data were written since,
    /// by stolon's own sentinel or an older version of ours. That alone is not a reason to write.</summary>
    private static DecisionState RememberTarget(DecisionState state, Instance primary)
    {
        var known = state.Data.Proxy.Address
            ?? (state.Memory.Target is { } seen && seen.Instance == primary.Uid ? seen.Address : null)
            ?? DesiredConfiguration.AddressOf(state.View.Data.Instances.Find((InstanceUid?)primary.Uid) ?? primary);
        return state with
        {
            Memory = state.Memory with { Target = known is null ? null : new TargetSighting(primary.Uid, known) },
        };
    }

    /// <summary>Closes all proxies: they have no target.</summary>
    internal static DecisionState Close(DecisionState state)
    {
        var proxy = state.Data.Proxy;
        return proxy.Target is null
            ? state
            : With(state, proxy with { Target = null, Address = null, Generation = proxy.Generation.Next })
                .WithNote(new SentinelNote.ProxiesRouted(null));
    }

    /// <remarks>stolon routes proxies to a primary before it is promoted, and clients reach a server that rejects
    /// writes. Here the primary must have reported that it carried out its present specification.</remarks>
    private static DecisionState Open(DecisionState state, Instance primary)
    {
        var proxy = state.Data.Proxy;
        var unconfirmed = state.ActiveProxies
            .Where(uid => state.View.Proxies[uid] is var report
                && (report.Unreadable || report.Generation != proxy.Generation))
            .ToSortedSet();
        if (!unconfirmed.IsEmpty)
        {
            var unreadable = unconfirmed.Where(uid => state.View.Proxies[uid].Unreadable).ToSortedSet();
            return state.WithNote(new SentinelNote.WaitingForProxies(unconfirmed, unreadable));
        }

        if (!state.PrimaryIsSteady)
        {
            return state.WithNote(new SentinelNote.WaitingForPrimary(primary.Uid));
        }

        // Every active proxy has confirmed that it is closed at this generation, so all of them can be enabled with the
        // target.
        return With(state, proxy with
        {
            Target = primary.Uid,
            Address = DesiredConfiguration.AddressOf(primary),
            EnabledProxies = state.ActiveProxies,
            Generation = proxy.Generation.Next,
        }).WithNote(new SentinelNote.ProxiesRouted(primary.Uid));
    }

    private static DecisionState Enable(DecisionState state)
    {
        var proxy = state.Data.Proxy;
        var enabled = Enabled(state, proxy);
        return proxy.EnabledProxies == enabled
            ? state
            : With(state, proxy with
            {
                Address = state.Memory.Target?.Address,
                EnabledProxies = enabled,
                Generation = proxy.Generation.Next,
            }).WithNote(new SentinelNote.ProxiesEnabled(enabled));
    }

    /// <summary>All active proxies. While a report cannot be read, the proxy that wrote it is unknown. It is not
    /// enabled for that, and enabled proxies keep their clients.</summary>
    private static ValueList<ProxyUid> Enabled(DecisionState state, ProxyDirective proxy)
    {
        var readable = state.ActiveProxies.Where(uid => !state.View.Proxies[uid].Unreadable).ToSortedSet();
        return readable == state.ActiveProxies ? readable : readable.Concat(proxy.EnabledProxies).ToSortedSet();
    }

    private static DecisionState With(DecisionState state, ProxyDirective proxy) =>
        state with { Data = state.Data with { Proxy = proxy } };
}
