using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;

namespace Stolon.Agents.Sentinel;

/// <summary>Checks the cluster: reads, decides and, if this sentinel leads, writes (docs/spec/sentinel.md 3). A
/// sentinel that does not lead decides too, and drops the decision: its memory lets it act at once when it is
/// elected.</summary>
public sealed class SentinelTick(
    IClusterStore store,
    LeaderElector elector,
    SentinelOptions options,
    IIdSource ids,
    TimeProvider time,
    ILogger logger)
{
    private static readonly TimeSpan LongestHeartbeatPause = TimeSpan.FromSeconds(60);

    private readonly DecisionLog _decisionLog = new(time, logger);
    private readonly long _start = time.GetTimestamp();
    private readonly FirstClusterData _firstData = new(time, logger);
    private readonly LogOnce _noData = new();
    private SentinelMemory _memory = new();
    private TimeSpan? _checked;
    private TimeSpan? _published;
    private TimeSpan? _written;

    /// <summary>The decision; tests put another one in its place.</summary>
    internal Func<SentinelView, SentinelMemory, SentinelDecision> Decide { get; init; } = SentinelDecision.Decide;

    /// <summary>From the last specification that was read; the default before.</summary>
    public TimeSpan SleepInterval { get; private set; } = TimeSpan.FromSeconds(5);

    private TimeSpan Now => time.GetElapsedTime(_start);

    /// <returns>The delay until the next check.</returns>
    public async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        switch (await store.ReadAsync(cancellationToken))
        {
            case ClusterDataRead.Absent absent:
                await CreateAsync(absent, cancellationToken);
                return SleepInterval;
            case ClusterDataRead.Unusable unusable:
                _firstData.Found();
                LogUnusable(unusable.Problem);
                return SleepInterval;
            case ClusterDataRead.Found found:
                _firstData.Found();
                _noData.End();
                return await CheckAsync(found, cancellationToken);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void LogUnusable(string problem)
    {
        if (_noData.IsDue(problem))
        {
            SentinelLog.UnusableClusterData(logger, problem);
        }
    }

    /// <summary>Any sentinel with an initial specification may create the cluster data, without leadership, unless
    /// keepers hold data.</summary>
    private async Task CreateAsync(ClusterDataRead.Absent absent, CancellationToken cancellationToken)
    {
        if (options.InitialSpec is null || absent.Revision is not null)
        {
            if (_noData.IsDue("absent"))
            {
                SentinelLog.NoClusterData(logger);
            }

            return;
        }

        var keepers = await store.ReadKeepersAsync(cancellationToken);
        if (!_firstData.Allows(keepers, options.InitialSpec))
        {
            return;
        }

        var data = ClusterData.New(new ClusterUid(ids.NextUid()), options.InitialSpec, WallNow());
        if (await store.CompareAndSwapAsync(data, expected: null, fence: null, cancellationToken) is SwapResult.Stored)
        {
            SentinelLog.ClusterDataCreated(logger, data.Cluster.Uid.Value);
        }
    }

    private async Task<TimeSpan> CheckAsync(ClusterDataRead.Found found, CancellationToken cancellationToken)
    {
        var start = Now;
        var settings = ClusterSettings.From(found.Data.Cluster.Spec);
        SleepInterval = settings.SleepInterval;
        await PublishAsync(cancellationToken);
        var keepers = await store.ReadKeepersAsync(cancellationToken);
        var proxies = await store.ReadProxiesAsync(cancellationToken);
        var now = Now;
        var decision = Decide(
            new SentinelView
            {
                Data = found.Data,
                Keepers = keepers,
                Proxies = proxies,
                Now = now,
                ObservationGap = UnobservedUntil(now),
                WallNow = WallNow(),
                FreshUids = Enumerable.Range(0, found.Data.Keepers.Count + keepers.Count + 1)
                    .Select(_ => new InstanceUid(ids.NextUid()))
                    .ToValueList(),
                Chance = ids.NextNumber(int.MaxValue),
            },
            _memory).Guarded(found.Data);
        _memory = decision.Memory;
        if (!decision.IsWithoutObservation)
        {
            _checked = now;
        }

        if (elector.Current is not { } leadership)
        {
            _decisionLog.Reset();
            return UntilNext(decision);
        }

        _decisionLog.Log(decision);
        return await WriteAsync(found, decision, settings, leadership, start, cancellationToken);
    }

    /// <summary>A check that comes later than two intervals after the previous one follows a gap, in which this
    /// sentinel read no reports.</summary>
    private TimeSpan UnobservedUntil(TimeSpan now) =>
        now - _checked is { } gap && gap > 2 * SleepInterval ? gap - SleepInterval : TimeSpan.Zero;

    private async Task<TimeSpan> WriteAsync(
        ClusterDataRead.Found found,
        SentinelDecision decision,
        ClusterSettings settings,
        ILeadership leadership,
        TimeSpan start,
        CancellationToken cancellationToken)
    {
        if (decision.IsRefused)
        {
            SentinelGauges.Refused();
            return UntilNext(decision);
        }

        var weight = ChangeWeights.Of(found.Data, decision.Data);
        if (!Due(weight, settings))
        {
            SentinelGauges.Checked(time);
            return UntilNext(decision);
        }

        if (Now - start > settings.RequestTimeout)
        {
            // The process was frozen: since the read, keepers may have reported, and another sentinel may lead.
            SentinelLog.CheckTooOld(logger, Now - start);
            return TimeSpan.Zero;
        }

        var result = await store.CompareAndSwapAsync(
            decision.Data, found.Revision, leadership.Fence, cancellationToken);
        if (result is SwapResult.Conflict)
        {
            SentinelLog.WriteConflict(logger);
            return Shortly;
        }

        _written = Now;
        SentinelGauges.Checked(time);
        return weight == ChangeWeight.Material ? Shortly : UntilNext(decision);
    }

    private static TimeSpan Shortly => TimeSpan.FromMilliseconds(100);

    private bool Due(ChangeWeight weight, ClusterSettings settings)
    {
        var since = _written is { } at ? Now - at : TimeSpan.MaxValue;
        var heartbeat = settings.DeadKeeperRemovalInterval / 10;
        return weight switch
        {
            ChangeWeight.None => false,
            ChangeWeight.Heartbeat => since >= (heartbeat < LongestHeartbeatPause ? heartbeat : LongestHeartbeatPause),
            ChangeWeight.Positions => since >= settings.SleepInterval,
            _ => true,
        };
    }

    private TimeSpan UntilNext(SentinelDecision decision)
    {
        var untilDeadline = decision.NextDeadline is { } deadline ? deadline - Now : TimeSpan.MaxValue;
        var delay = untilDeadline < SleepInterval ? untilDeadline : SleepInterval;
        return delay > TimeSpan.Zero ? delay : TimeSpan.Zero;
    }

    private async Task PublishAsync(CancellationToken cancellationToken)
    {
        if (_published is { } at && Now - at < SleepInterval)
        {
            return;
        }

        await store.PublishAsync(new SentinelReport(options.Uid), 2 * SleepInterval, cancellationToken);
        _published = Now;
    }

    private WallTime WallNow() => new(time.GetUtcNow());
}
