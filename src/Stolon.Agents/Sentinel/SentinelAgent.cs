using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;

namespace Stolon.Agents.Sentinel;

/// <summary>A sentinel: reads the reports of keepers and proxies and, when it leads, writes the cluster data.</summary>
public sealed class SentinelAgent
{
    private readonly IClusterStore _store;
    private readonly SentinelOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Wake _wake;
    private readonly LeaderElector _elector;
    private readonly SentinelTick _tick;

    public SentinelAgent(
        IClusterStore store, IElection election, SentinelOptions options, IIdSource ids, TimeProvider time,
        ILogger logger)
    {
        (_store, _options, _time, _logger) = (store, options, time, logger);
        _wake = new Wake(time);
        _elector = new LeaderElector(election, options, _wake, time, logger);
        _tick = new SentinelTick(store, _elector, options, ids, time, logger);
    }

    /// <summary>Runs until cancelled, and then resigns, so that another sentinel leads at once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        SentinelLog.Starting(_logger, _options.Uid.Value);
        try
        {
            await TaskGroup.RunAsync(
                cancellationToken,
                _elector.RunAsync,
                token => Loop.RunAsync(
                    "the check of the cluster", _tick.RunAsync, () => _tick.SleepInterval, _wake, _time, _logger,
                token),
                token => WatchAsync("the cluster data", StoreTopic.ClusterData, token),
                token => WatchAsync("the keepers' reports", StoreTopic.KeeperReports, token),
                token => WatchAsync("the proxies' reports", StoreTopic.ProxyReports, token));
        }
        finally
        {
            await FinalReport.TryPublishAsync(
                token => _store.WithdrawAsync(_options.Uid, token), _time, e => SentinelLog.NotWithdrawn(_logger, e));
        }
    }

    private Task WatchAsync(string name, StoreTopic topic, CancellationToken cancellationToken) => WatchLoop.RunAsync(
        name, (changed, token) => _store.WatchAsync(topic, changed, token), _wake.Signal, _time, _logger,
        cancellationToken);
}
