using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Proxy;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>Routes clients as the cluster data require (docs/spec/proxy-rules.md 3).</summary>
/// <remarks>One check:
/// <list type="number">
/// <item>Read the cluster data.</item>
/// <item>Open the ports, unless the check has taken longer than the proxy timeout: then the process was frozen, the
/// data are old, and everything stays closed until a newer check.</item>
/// <item>Close what the data no longer allow: standbys at the read-only port, then the primary.</item>
/// <item>Confirm the generation to the sentinel. It elects another primary only after the proxies have confirmed that
/// they closed, so step 3 comes first.</item>
/// <item>Extend the deadline by the proxy timeout since the read, and open the primary.</item>
/// <item>Open the standbys at the read-only port.</item>
/// </list>
/// </remarks>
public sealed class ProxyTick(
    IClusterStore store,
    ProxyPorts ports,
    ReadOnlyRoutes? readers,
    IAddressResolver resolver,
    ProxyDeadline deadline,
    ProxyOptions options,
    IIdSource ids,
    TimeProvider time,
    ILogger logger)
{
    private readonly LogOnce _routed = new();
    private TimeSpan _proxyTimeout = TimeSpan.FromSeconds(15);
    private IPEndPoint? _primary;

    /// <summary>From the last specification that was confirmed; the default before.</summary>
    public TimeSpan CheckInterval { get; private set; } = TimeSpan.FromSeconds(5);

    /// <returns>The delay until the next check.</returns>
    public async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        // 1. Read.
        var start = time.GetTimestamp();
        var read = await store.ReadAsync(cancellationToken);

        // 2. Open the ports.
        if (deadline.WithinLimit(start, _proxyTimeout, Listen))
        {
            switch (read)
            {
                case ClusterDataRead.Absent:
                    // 3. and 5.
                    CloseAll("there is no cluster data");
                    deadline.Extend(start, _proxyTimeout);
                    break;
                case ClusterDataRead.Unusable unusable:
                    // 3.
                    CloseAll($"the cluster data cannot be used: {unusable.Problem}");
                    break;
                case ClusterDataRead.Found found:
                    // 3.
                    readers?.Cut(found.Data);

                    // 3. to 5.
                    await RoutePrimaryAsync(found.Data, start, cancellationToken);

                    // 6. Open the standbys.
                    readers?.Admit(start, _proxyTimeout);
                    break;
            }
        }

        // A slow check has used up much of the time until everything must be closed, so the next follows at once.
        return time.GetElapsedTime(start) < CheckInterval ? CheckInterval : TimeSpan.Zero;
    }

    private void Listen()
    {
        try
        {
            ports.Listen();
        }
        catch (SocketException e)
        {
            throw new AgentStoppedException($"cannot listen for clients: {e.Message}", e);
        }
    }

    private async Task RoutePrimaryAsync(ClusterData data, long start, CancellationToken cancellationToken)
    {
        var settings = ClusterSettings.From(data.Cluster.Spec);
        switch (RouteDecision.For(data, options.Uid))
        {
            case RouteDecision.Closed closed:
                ClosePrimary(CutCause.PrimaryChanged, "the sentinel names no primary");
                await TryConfirmAsync(closed.Generation, settings, cancellationToken);
                break;
            case RouteDecision.Unreachable unreachable:
                ClosePrimary(CutCause.PrimaryChanged, $"the address of primary {unreachable.Target} is not known");
                break;
            case RouteDecision.NotEnabled notEnabled:
                ClosePrimary(CutCause.NotEnabled, "this proxy is not enabled yet");
                await ConfirmAsync(notEnabled.Generation, settings, cancellationToken);
                break;
            case RouteDecision.Open open:
                await OpenPrimaryAsync(open, settings, start, cancellationToken);
                return;
        }

        deadline.Extend(start, _proxyTimeout);
    }

    private async Task OpenPrimaryAsync(
        RouteDecision.Open open, ClusterSettings settings, long start, CancellationToken cancellationToken)
    {
        if (await resolver.ResolveAsync(open.Destination, cancellationToken) is not { } endpoint)
        {
            ClosePrimary(CutCause.PrimaryChanged, $"the primary's address {open.Destination} cannot be resolved");
            deadline.Extend(start, _proxyTimeout);
            return;
        }

        if (_primary is not null && !_primary.Equals(endpoint))
        {
            ClosePrimary(CutCause.PrimaryChanged, "the primary's address has changed");
        }

        await ConfirmAsync(open.Generation, settings, cancellationToken);
        deadline.Extend(start, _proxyTimeout, () => Open(endpoint, $"forwarding to {open.Destination}"));
    }

    private void CloseAll(string why)
    {
        readers?.Close(CutCause.NoClusterData);
        ClosePrimary(CutCause.NoClusterData, why);
    }

    private void ClosePrimary(CutCause cause, string why)
    {
        readers?.CutPrimary(cause);
        ports.Primary.Route([], cause);
        _primary = null;
        Log($"not forwarding: {why}");
    }

    private void Open(IPEndPoint primary, string what)
    {
        ports.Primary.Route(
            [new Destination { Address = primary, Role = DestinationRole.Primary }], CutCause.PrimaryChanged);
        readers?.AdmitPrimary(primary);
        _primary = primary;
        Log(what);
    }

    private void Log(string what)
    {
        if (_routed.IsDue(what))
        {
            ProxyLog.Routed(logger, what);
        }
    }

    private async Task TryConfirmAsync(
        Generation generation, ClusterSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await ConfirmAsync(generation, settings, cancellationToken);
        }
        catch (StoreUnavailableException e)
        {
            ProxyLog.NotConfirmed(logger, e);
        }
    }

    /// <summary>Reports to the sentinel the generation that is in force and, while the timeout changes, the longer
    /// one.</summary>
    private async Task ConfirmAsync(
        Generation generation, ClusterSettings settings, CancellationToken cancellationToken)
    {
        var timeout = _proxyTimeout > settings.ProxyTimeout ? _proxyTimeout : settings.ProxyTimeout;
        var report = new ProxyReport
        {
            InfoUid = ids.NextUid(),
            Uid = options.Uid,
            Generation = generation,
            ProxyTimeout = timeout,
        };
        await store.PublishAsync(report, 2 * timeout, cancellationToken);
        CheckInterval = settings.ProxyCheckInterval;
        _proxyTimeout = settings.ProxyTimeout;
    }
}
