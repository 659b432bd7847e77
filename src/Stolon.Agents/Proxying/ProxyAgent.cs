using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Ports.Proxy;
using Stolon.Ports.Store;

namespace Stolon.Agents.Proxying;

/// <summary>A proxy: forwards clients to the elected primary and to nobody else.</summary>
public sealed class ProxyAgent
{
    private readonly IClusterStore _store;
    private readonly IForwarder _forwarder;
    private readonly ProxyOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ProxyDeadline _deadline;
    private readonly ProxyTick _tick;
    private readonly Wake _wake;

    public ProxyAgent(
        IClusterStore store,
        IForwarder forwarder,
        IAddressResolver resolver,
        ProxyOptions options,
        IIdSource ids,
        TimeProvider time,
        ILogger logger)
    {
        (_store, _forwarder, _options, _time, _logger) = (store, forwarder, options, time, logger);
        _wake = new Wake(time);
        _deadline = new ProxyDeadline(forwarder, options, time, logger);
        _tick = new ProxyTick(store, forwarder, resolver, _deadline, options, ids, time, logger);
    }

    /// <summary>Runs until cancelled; then closes the port and every connection, and only then removes its report, so
    /// that no election waits for it.</summary>
    /// <exception cref="AgentStoppedException">The port cannot be opened.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        ProxyLog.Starting(_logger, _options.Uid.Value);
        try
        {
            await Together.RunAsync(
                cancellationToken,
                _deadline.RunAsync,
                token => Loop.RunAsync(
                    "the check of the proxy", _tick.RunAsync, () => _tick.CheckInterval, _wake, _time, _logger, token),
                token => Loop.WatchAsync(
                    t => _store.WatchAsync(StoreTopic.ClusterData, _wake.Signal, t), _time, _logger, token));
        }
        finally
        {
            _forwarder.StopListening();
            _forwarder.Route([], CutCause.Shutdown);
            await Farewell.BidAsync(
                token => _store.WithdrawAsync(_options.Uid, token), _time, e => ProxyLog.NotWithdrawn(_logger, e));
        }
    }
}
