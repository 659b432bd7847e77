using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Keeper;
using Stolon.Agents.Ports.Postgres;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>A keeper: makes its PostgreSQL match the cluster data, and reports its state.</summary>
public sealed class KeeperAgent
{
    private readonly IClusterStore _store;
    private readonly IPostgres _postgres;
    private readonly ILocalStateFiles _files;
    private readonly KeeperOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly KeeperShared _shared;
    private readonly ActiveComplaints _complaints;
    private readonly KeeperReporter _reporter;
    private readonly KeeperTick _tick;
    private readonly Wake _converge;
    private readonly Wake _observe;
    private readonly Wake _publish;
    private readonly Wake _assignmentChanged;

    public KeeperAgent(
        IClusterStore store,
        IPostgres postgres,
        ILocalStateFiles files,
        KeeperOptions options,
        IIdSource ids,
        TimeProvider time,
        ILogger logger)
    {
        (_store, _postgres, _files, _options) = (store, postgres, files, options);
        (_time, _logger) = (time, logger);
        (_converge, _observe, _publish, _assignmentChanged) =
            (new Wake(time), new Wake(time), new Wake(time), new Wake(time));
        _shared = new KeeperShared(time);
        _complaints = new ActiveComplaints(time, _publish, logger);
        var configuration = new ConfigurationReport(_complaints, _shared);
        var executor = new KeeperExecutor(postgres, files, time, logger, configuration.LeftOut);
        _reporter = new KeeperReporter(store, postgres, files, options, _shared, _complaints, _publish, ids, time);
        _tick = new KeeperTick(
            store, postgres, files, options, _shared, _complaints, configuration, executor, _observe, _publish,
            _assignmentChanged, time, logger);
    }

    /// <summary>Runs until cancelled, and then stops PostgreSQL. A server that runs at the start keeps
    /// running.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        KeeperLog.Starting(_logger, _options.Uid.Value);
        _shared.SetCluster(_files.ReadKeeper().Cluster);
        try
        {
            await TaskGroup.RunAsync(
                cancellationToken,
                token => LoopAsync("converging PostgreSQL", _tick.RunAsync, _converge, token),
                token => LoopAsync("observing PostgreSQL", _reporter.ObserveAsync, _observe, token),
                token => LoopAsync("publishing the keeper's report", _reporter.PublishAsync, _publish, token),
                token => WatchLoop.RunAsync(
                    "the cluster data", (changed, t) => _store.WatchAsync(StoreTopic.ClusterData, changed, t),
                    OnAssignmentChanged, _time, _logger, token),
                token => WatchLoop.RunAsync(
                    "the PostgreSQL server process", WatchServerAsync, OnServerEnded, _time, _logger, token));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await StopAsync();
        }
    }

    /// <summary>The loop reacts to a signal between two runs; during a long step, <see cref="AssignmentWatch"/> reacts
    /// to it.</summary>
    private void OnAssignmentChanged()
    {
        _converge.Signal();
        _assignmentChanged.Signal();
    }

    private Task LoopAsync(
        string name, Func<CancellationToken, Task<TimeSpan>> tick, Wake wake, CancellationToken cancellationToken) =>
        Loop.RunAsync(name, tick, () => _shared.SleepInterval, wake, _time, _logger, cancellationToken);

    private void OnServerEnded()
    {
        KeeperLog.ServerEnded(_logger);
        _converge.Signal();
        _observe.Signal();
    }

    private async Task WatchServerAsync(Action ended, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (await _postgres.WaitForExitAsync(cancellationToken))
            {
                ended();
            }

            await Task.Delay(BetweenServers, _time, cancellationToken);
        }
    }

    private static readonly TimeSpan BetweenServers = TimeSpan.FromMilliseconds(500);

    /// <summary>How often the report shows what the shutdown waits for.</summary>
    private static readonly TimeSpan StopProgressInterval = TimeSpan.FromSeconds(10);

    /// <summary>All loops have ended, so nothing starts the server again. The final report is published as soon as the
    /// server has sent all WAL to its standbys; its process may run longer, for its archiver.</summary>
    private async Task StopAsync()
    {
        KeeperGauges.ShuttingDown(_time);
        KeeperLog.StoppingPostgres(_logger);
        ShutdownProgress progress;
        do
        {
            progress = await ShutDownAsync();
            _complaints.Set(
                ComplaintSubject.Command, progress.WaitsFor is { } what ? $"PostgreSQL is to stop: {what}" : null);
            await FinalReport.TryPublishAsync(
                token => _reporter.PublishFinalReportAsync(progress.InOrder, token),
                _time,
                e => KeeperLog.FinalReportFailed(_logger, e));
        }
        while (!progress.Ended);
    }

    /// <summary>A server that cannot be stopped keeps running.</summary>
    private async Task<ShutdownProgress> ShutDownAsync()
    {
        try
        {
            return await _postgres.ShutDownAsync(StopProgressInterval, CancellationToken.None);
        }
        catch (Exception e) when (Loop.IsEnvironmental(e))
        {
            KeeperLog.StopFailed(_logger, e);
            return new ShutdownProgress(Ended: true, InOrder: false);
        }
    }
}
