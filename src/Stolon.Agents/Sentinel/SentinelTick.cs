using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;

namespace Stolon.Agents.Sentinel;

/// <summary>One check: read, decide, and write if this sentinel leads (sentinel.md 3). A sentinel that does not lead
/// decides too, and throws the data away: what it remembers lets it act at once when it is elected.</summary>
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
    private SentinelMemory _memory = new();
    private TimeSpan? _looked;
    private TimeSpan? _published;
    private TimeSpan? _written;
    private string? _complaint;

    /// <summary>What decides; another one only in tests.</summary>
    internal Func<SentinelView, SentinelMemory, SentinelDecision> Decide { get; init; } = SentinelDecision.Decide;

    /// <summary>From the last specification read; the default before.</summary>
    public TimeSpan SleepInterval { get; private set; } = TimeSpan.FromSeconds(5);

    private TimeSpan Now => time.GetElapsedTime(_start);

    /// <returns>How long until the next check.</returns>
    public async Task<TimeSpan> RunAsync(CancellationToken cancellationToken)
    {
        switch (await store.ReadAsync(cancellationToken))
        {
            case ClusterDataRead.Absent absent:
                await CreateAsync(absent, cancellationToken);
                return SleepInterval;
            case ClusterDataRead.Unusable unusable:
                _firstData.Found();
                Complain(unusable.Problem);
                return SleepInterval;
            case ClusterDataRead.Found found:
                _firstData.Found();
                _complaint = null;
                return await CheckAsync(found, cancellationToken);
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private void Complain(string problem)
    {
        if (_complaint != problem)
        {
            _complaint = problem;
            SentinelLog.UnusableClusterData(logger, problem);
        }
    }

    /// <summary>Any sentinel with an initial specification may create the cluster data, unless there is something to
    /// lose; leadership is not needed.</summary>
    private async Task CreateAsync(ClusterDataRead.Absent absent, CancellationToken cancellationToken)
    {
        if (options.InitialSpec is null || absent.Revision is not null)
        {
            if (_complaint != "absent")
            {
                _complaint = "absent";
                SentinelLog.NoClusterData(logger);
            }

            return;
        }

        var keepers = await store.ReadKeepersAsync(cancellationToken);
        if (_firstData.Forbid(keepers, options.InitialSpec))
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
        var began = Now;
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
        (_memory, _looked) = (decision.Memory, now);
        if (elector.Current is not { } leadership)
        {
            _decisionLog.Reset();
            return UntilNext(decision);
        }

        _decisionLog.Log(decision);
        return await WriteAsync(found, decision, settings, leadership, began, cancellationToken);
    }

    /// <summary>A look that comes two intervals late comes late for a reason; one interval is what it may
    /// take.</summary>
    private TimeSpan UnobservedUntil(TimeSpan now) =>
        now - _looked is { } gap && gap > 2 * SleepInterval ? gap - SleepInterval : TimeSpan.Zero;

    private async Task<TimeSpan> WriteAsync(
        ClusterDataRead.Found found,
        SentinelDecision decision,
        ClusterSettings settings,
        ILeadership leadership,
        TimeSpan began,
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

        if (Now - began > settings.RequestTimeout)
        {
            // After a freeze what was read is history: somebody may have come back, or somebody else may lead.
            SentinelLog.CheckTooOld(logger, Now - began);
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
        var due = decision.NextDeadline is { } deadline ? deadline - Now : TimeSpan.MaxValue;
        var delay = due < SleepInterval ? due : SleepInterval;
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
