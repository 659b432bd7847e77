using Stolon.Core.Common;
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
            return Expose(pass, primary);
        }

        return target == primary.Uid ? Enable(pass) : Clear(pass);
    }

    /// <summary>Tells every proxy to close everything.</summary>
    internal static Pass Clear(Pass pass)
    {
        var proxy = pass.Data.Proxy;
        return proxy.Target is null
            ? pass
            : With(pass, proxy with { Target = null, Generation = proxy.Generation.Next })
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
            return pass.Noting(new SentinelNote.WaitingForProxies(holding));
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
            : With(pass, proxy with { EnabledProxies = enabled, Generation = proxy.Generation.Next })
                .Noting(new SentinelNote.ProxiesEnabled(enabled));
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
