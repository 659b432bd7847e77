using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Where proxies are sent: never to two primaries, and to a new one only when every live proxy has let go of
/// the old and the new one takes writes (sentinel.md 7.2, step 5.1).</summary>
internal static class ProxyRouting
{
    public static Pass Apply(Pass pass)
    {
        if (pass.Elected || pass.Primary is not { } primary)
        {
            return pass;
        }

        if (pass.Data.Proxy.Target is not { } target)
        {
            return Expose(pass with { Memory = pass.Memory with { Target = null } }, primary);
        }

        if (target != primary.Uid)
        {
            return Clear(pass);
        }

        pass = Remember(pass, primary);
        if (WhyNoMore(pass, primary) is { } why)
        {
            return Clear(pass.Noting(new SentinelNote.TargetTakenBack(primary.Uid, why)));
        }

        return Enable(pass);
    }

    /// <summary>A primary that seems to have moved, or of which there seem to be two, may be two servers: nobody is led
    /// from one to the other before every proxy has let go.</summary>
    /// <returns>Null: it stays the target.</returns>
    private static string? WhyNoMore(Pass pass, Instance primary)
    {
        if (KeeperContest.Of(pass, primary.Spec.Keeper) is not null)
        {
            return $"its keeper {primary.Spec.Keeper} is contested";
        }

        return pass.Memory.Target is { Address: var address }
            && WantedConfiguration.AddressOf(primary) is { } present
            && address != present
            ? $"it was at {address} and is now at {present}"
            : null;
    }

    /// <summary>The cluster data do not say where the target was only when Stolon's own sentinel, or an older one of
    /// ours, has sent the proxies there, or has written since; nothing is written for that alone.</summary>
    private static Pass Remember(Pass pass, Instance primary)
    {
        var known = pass.Data.Proxy.Address
            ?? (pass.Memory.Target is { } seen && seen.Instance == primary.Uid ? seen.Address : null)
            ?? WantedConfiguration.AddressOf(pass.View.Data.Instances.Find((InstanceUid?)primary.Uid) ?? primary);
        return pass with
        {
            Memory = pass.Memory with { Target = known is null ? null : new TargetSighting(primary.Uid, known) },
        };
    }

    /// <summary>Tells every proxy to close everything.</summary>
    internal static Pass Clear(Pass pass)
    {
        var proxy = pass.Data.Proxy;
        return proxy.Target is null
            ? pass
            : With(pass, proxy with { Target = null, Address = null, Generation = proxy.Generation.Next })
                .Noting(new SentinelNote.ProxiesRouted(null));
    }

    /// <remarks>The original exposes a primary before it is promoted; clients then meet a server that refuses writes.
    /// Here it must have reported that it carried out its present specification.</remarks>
    private static Pass Expose(Pass pass, Instance primary)
    {
        var proxy = pass.Data.Proxy;
        var holding = pass.ActiveProxies
            .Where(uid => pass.View.Proxies[uid] is var report
                && (report.Unreadable || report.Generation != proxy.Generation))
            .ToSortedSet();
        if (!holding.IsEmpty)
        {
            var unreadable = holding.Where(uid => pass.View.Proxies[uid].Unreadable).ToSortedSet();
            return pass.Noting(new SentinelNote.WaitingForProxies(holding, unreadable));
        }

        if (!pass.PrimaryIsSteady)
        {
            return pass.Noting(new SentinelNote.WaitingForPrimary(primary.Uid));
        }

        // Every active proxy has confirmed that it is closed at this generation, so all of them may be enabled with the
        // target.
        return With(pass, proxy with
        {
            Target = primary.Uid,
            Address = WantedConfiguration.AddressOf(primary),
            EnabledProxies = pass.ActiveProxies,
            Generation = proxy.Generation.Next,
        }).Noting(new SentinelNote.ProxiesRouted(primary.Uid));
    }

    private static Pass Enable(Pass pass)
    {
        var proxy = pass.Data.Proxy;
        var enabled = MayForward(pass, proxy);
        return proxy.EnabledProxies == enabled
            ? pass
            : With(pass, proxy with
            {
                Address = pass.Memory.Target?.Address,
                EnabledProxies = enabled,
                Generation = proxy.Generation.Next,
            }).Noting(new SentinelNote.ProxiesEnabled(enabled));
    }

    /// <summary>All that are active. While the report of one cannot be read, it is not known whose it is: nobody new is
    /// let in by that, and nobody's clients are cut for it.</summary>
    private static ValueList<ProxyUid> MayForward(Pass pass, ProxyDirective proxy)
    {
        var readable = pass.ActiveProxies.Where(uid => !pass.View.Proxies[uid].Unreadable).ToSortedSet();
        return readable == pass.ActiveProxies ? readable : readable.Concat(proxy.EnabledProxies).ToSortedSet();
    }

    private static Pass With(Pass pass, ProxyDirective proxy) => pass with { Data = pass.Data with { Proxy = proxy } };
}
