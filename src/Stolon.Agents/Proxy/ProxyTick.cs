using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Proxy;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>One check: read, and route as told (proxy.md 3). What is removed is removed before it is confirmed to the
/// sentinel; what is set is set after.</summary>
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
    private TimeSpan _proxyTimeout = TimeSpan.FromSeconds(15);
    private IPEndPoint? _route;
    private readonly LogOnce _routed = new();

    /// <summary>From the last specification adopted; the default before.</summary>
    public TimeSpan CheckInterval { get; private set; } = TimeSpan.FromSeconds(5);

    /// <returns>How long until the next check.</returns>
    public async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var read = await store.ReadAsync(cancellationToken);
        // After a freeze everything is closed, the port too, and stays so until there is a newer read than this.
        if (deadline.WithinLimit(began, _proxyTimeout, Listen))
        {
            await FollowAsync(read, began, cancellationToken);
        }

        // A slow check has used up much of the time until everything must be closed: the next follows at once.
        return time.GetElapsedTime(began) < CheckInterval ? CheckInterval : TimeSpan.Zero;
    }

    private async Task FollowAsync(ClusterDataRead read, long began, CancellationToken cancellationToken)
    {
        switch (read)
        {
            case ClusterDataRead.Absent:
                readers?.Close(CutCause.NoClusterData);
                Close(CutCause.NoClusterData, "there is no cluster data");
                deadline.Extend(began, _proxyTimeout);
                break;
            case ClusterDataRead.Unusable unusable:
                readers?.Close(CutCause.NoClusterData);
                Close(CutCause.NoClusterData, $"the cluster data cannot be used: {unusable.Problem}");
                break;
            case ClusterDataRead.Found found:
                readers?.Cut(found.Data);
                await FollowAsync(found.Data, began, cancellationToken);
                readers?.Admit(began, _proxyTimeout);
                break;
        }
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

    private async Task FollowAsync(ClusterData data, long began, CancellationToken cancellationToken)
    {
        var settings = ClusterSettings.From(data.Cluster.Spec);
        switch (RouteDecision.For(data, options.Uid))
        {
            case RouteDecision.Closed closed:
                Close(CutCause.PrimaryChanged, "the sentinel names no primary");
                await TryConfirmAsync(closed.Generation, settings, cancellationToken);
                break;
            case RouteDecision.Unreachable unreachable:
                Close(CutCause.PrimaryChanged, $"the address of primary {unreachable.Target} is not known");
                break;
            case RouteDecision.NotEnabled waiting:
                Close(CutCause.NotEnabled, "this proxy is not enabled yet");
                await ConfirmAsync(waiting.Generation, settings, cancellationToken);
                break;
            case RouteDecision.Open open:
                await OpenAsync(open, settings, began, cancellationToken);
                return;
        }

        deadline.Extend(began, _proxyTimeout);
    }

    private async Task OpenAsync(
        RouteDecision.Open open, ClusterSettings settings, long began, CancellationToken cancellationToken)
    {
        if (await resolver.ResolveAsync(open.Destination, cancellationToken) is not { } endpoint)
        {
            Close(CutCause.PrimaryChanged, $"the primary's address {open.Destination} cannot be resolved");
            deadline.Extend(began, _proxyTimeout);
            return;
        }

        if (_route is not null && !_route.Equals(endpoint))
        {
            Close(CutCause.PrimaryChanged, "the primary's address has changed");
        }

        await ConfirmAsync(open.Generation, settings, cancellationToken);
        deadline.Extend(began, _proxyTimeout, () => Open(endpoint, $"forwarding to {open.Destination}"));
    }

    private void Close(CutCause cause, string why)
    {
        readers?.CutPrimary(cause);
        ports.Primary.Route([], cause);
        _route = null;
        Log($"not forwarding: {why}");
    }

    private void Open(IPEndPoint destination, string what)
    {
        ports.Primary.Route(
            [new Destination { Address = destination, Role = DestinationRole.Primary }], CutCause.PrimaryChanged);
        readers?.AdmitPrimary(destination);
        _route = destination;
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

    /// <summary>Tells the sentinel which generation is in force, and the longer of the old and the new timeout while it
    /// changes.</summary>
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
