using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Proxy;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;

namespace Stolon.Agents.Proxy;

/// <summary>A proxy: forwards clients only to the elected primary, and read-only clients, at a second port, to its
/// standbys.</summary>
public sealed class ProxyAgent
{
    private readonly IClusterStore _store;
    private readonly ProxyPorts _ports;
    private readonly ProxyOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ProxyDeadline _deadline;
    private readonly ReadOnlyRoutes? _readers;
    private readonly ProxyTick _tick;
    private readonly Wake _wake;

    public ProxyAgent(
        IClusterStore store,
        ProxyPorts ports,
        IAddressResolver resolver,
        ProxyOptions options,
        IIdSource ids,
        TimeProvider time,
        ILogger logger)
    {
        (_store, _ports, _options, _time, _logger) = (store, ports, options, time, logger);
        _wake = new Wake(time);
        _deadline = new ProxyDeadline(ports, options, time, logger);
        _readers = ports.ReadOnly is { } port
            ? new ReadOnlyRoutes(port, resolver, _deadline, options, time, logger)
            : null;
        _tick = new ProxyTick(store, ports, _readers, resolver, _deadline, options, ids, time, logger);
    }

    /// <summary>Runs until cancelled. Then it waits for clients to finish, up to the drain timeout, closes all
    /// connections, and removes its report last, so that no election waits for this proxy.</summary>
    /// <exception cref="AgentStoppedException">A port cannot be opened.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ProxyLog.Starting(_logger, _options.Uid.Value);
        try
        {
            await RunUntilDrainedAsync(cancellationToken);
        }
        finally
        {
            _ports.StopListening();
            _ports.Close(CutCause.Shutdown);
            await FinalReport.TryPublishAsync(
                token => _store.WithdrawAsync(_options.Uid, token), _time, e => ProxyLog.NotWithdrawn(_logger, e));
        }
    }

    /// <summary>The checks continue while clients finish: if another primary is elected, the connections are
    /// closed.</summary>
    private Task RunUntilDrainedAsync(CancellationToken cancellationToken) =>
        _options.DrainTimeout > TimeSpan.Zero
            ? TaskGroup.RunAsync(
                CancellationToken.None,
                [
                    .. Activities(),
                    token => ProxyDrain.RunAsync(
                        _ports, _options.DrainTimeout, _time, _logger, cancellationToken, token),
                ])
            : TaskGroup.RunAsync(cancellationToken, Activities());

    private List<Func<CancellationToken, Task>> Activities()
    {
        List<Func<CancellationToken, Task>> activities =
        [
            _deadline.RunAsync,
            token => Loop.RunAsync(
                "the check of the proxy", _tick.RunAsync, () => _tick.CheckInterval, _wake, _time, _logger, token),
            token => WatchLoop.RunAsync(
                "the cluster data", (changed, t) => _store.WatchAsync(StoreTopic.ClusterData, changed, t),
                _wake.Signal, _time, _logger, token),
        ];
        if (_readers is { } readers)
        {
            activities.Add(token => readers.RunAsync(() => _tick.CheckInterval, token));
        }

        return activities;
    }
}
