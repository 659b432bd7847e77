using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Where proxies are sent: never to two primaries, and to a new one only when every live proxy has let go of
/// the old and the new one takes writes (sentinel.md 7.2, step 5.1).</summary>
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

    /// <summary>A primary that seems to have moved, or of which there seem to be two, may be two servers: nobody is led
    /// from one to the other before every proxy has let go.</summary>
    /// <returns>Null: it stays the target.</returns>
    private static string? RevocationReason(DecisionState state, Instance primary)
    {
        if (KeeperContest.Of(state, primary.Spec.Keeper) is not null)
        {
            return $"its keeper {primary.Spec.Keeper} is contested";
        }

        return state.Memory.Target is { Address: var address }
            && WantedConfiguration.AddressOf(primary) is { } present
            && address != present
            ? $"it was at {address} and is now at {present}"
            : null;
    }

    /// <summary>The cluster data do not say where the target was only when Stolon's own sentinel, or an older one of
    /// ours, has sent the proxies there, or has written since; nothing is written for that alone.</summary>
    private static DecisionState RememberTarget(DecisionState state, Instance primary)
    {
        var known = state.Data.Proxy.Address
            ?? (state.Memory.Target is { } seen && seen.Instance == primary.Uid ? seen.Address : null)
            ?? WantedConfiguration.AddressOf(state.View.Data.Instances.Find((InstanceUid?)primary.Uid) ?? primary);
        return state with
        {
            Memory = state.Memory with { Target = known is null ? null : new TargetSighting(primary.Uid, known) },
        };
    }

    /// <summary>Tells every proxy to close everything.</summary>
    internal static DecisionState Close(DecisionState state)
    {
        var proxy = state.Data.Proxy;
        return proxy.Target is null
            ? state
            : With(state, proxy with { Target = null, Address = null, Generation = proxy.Generation.Next })
                .WithNote(new SentinelNote.ProxiesRouted(null));
    }

    /// <remarks>The original exposes a primary before it is promoted; clients then meet a server that refuses writes.
    /// Here it must have reported that it carried out its present specification.</remarks>
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

        // Every active proxy has confirmed that it is closed at this generation, so all of them may be enabled with the
        // target.
        return With(state, proxy with
        {
            Target = primary.Uid,
            Address = WantedConfiguration.AddressOf(primary),
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

    /// <summary>All that are active. While the report of one cannot be read, it is not known whose it is: nobody new is
    /// let in by that, and nobody's clients are cut for it.</summary>
    private static ValueList<ProxyUid> Enabled(DecisionState state, ProxyDirective proxy)
    {
        var readable = state.ActiveProxies.Where(uid => !state.View.Proxies[uid].Unreadable).ToSortedSet();
        return readable == state.ActiveProxies ? readable : readable.Concat(proxy.EnabledProxies).ToSortedSet();
    }

    private static DecisionState With(DecisionState state, ProxyDirective proxy) =>
        state with { Data = state.Data with { Proxy = proxy } };
}
