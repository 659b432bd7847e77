using Stolon.Store.Election;

namespace Stolon.Store.Kubernetes.Election;

/// <summary>The office of the leading sentinel as client-go's leader election has it on a ConfigMap (store.md 8.4), so
/// that sentinels of the original and ours can stand for one office.</summary>
/// <remarks>There is no server that counts time: whoever waits takes the office over when he has seen its record
/// unchanged for the lease's duration on his own clock. A leader stops believing after the renew deadline without a
/// renewal, on his, counted from before he asked for it; that is sooner. And a write of cluster data goes into the same
/// object as the record, so that the API server lets through only what was decided on the present record
/// (docs/adr/0012-kubernetes-election.md).</remarks>
internal sealed class KubernetesLock(
    ClusterConfigMap map,
    LeaderEvents events,
    KubernetesOptions options,
    TimeProvider time,
    Func<Action, CancellationToken, Task> watch) : ILockServer
{
    private readonly Lock _lock = new();
    private string? _observed;
    private long _observedAt;

    /// <summary>A term of ours that is over for us but may still be in the store; null = none.</summary>
    private string? _abandoned;

    public async Task<ILockClaim?> TryAcquireAsync(string candidate, CancellationToken cancellationToken)
    {
        LeaderRecord? taken = null;
        var edit = await map.EditAsync(
            present =>
            {
                var text = present.Annotation(ClusterConfigMap.Leader);
                if (!IsFree(text))
                {
                    return false;
                }
                taken = NewRecord(candidate, LeaderRecord.Read(text));
                // Should the answer get lost, it is known again.
                Abandon(taken.Term);
                present.Annotate(ClusterConfigMap.Leader, taken.Write());
                return true;
            },
            cancellationToken);
        if (edit is not ConfigMapEdit.Written written)
        {
            return null;
        }
        Abandon(null);
        events.PublishInBackground(written.Map, $"{candidate} became leader");
        return new KubernetesClaim(map, taken!, this, events, options.RenewDeadline, time);
    }

    public async Task<string?> HolderAsync(CancellationToken cancellationToken) =>
        LeaderRecord.Read((await map.FindAsync(cancellationToken))?.Annotation(ClusterConfigMap.Leader))
            is { HolderIdentity: { Length: > 0 } holder } ? holder : null;

    public Task WatchAsync(Action changed, CancellationToken cancellationToken) => watch(changed, cancellationToken);

    /// <summary>This term of ours is over for us, although the store may still have it.</summary>
    public void Abandon(string? term)
    {
        lock (_lock)
        {
            _abandoned = term;
        }
    }

    /// <summary>True when nobody leads: no record, no holder, ourselves no more, or one who has not renewed for long
    /// enough. What is seen for the first time, or has changed, starts the clock.</summary>
    private bool IsFree(string? text)
    {
        var record = LeaderRecord.Read(text);
        lock (_lock)
        {
            if (string.IsNullOrEmpty(text) || record is { HolderIdentity: "" }
                || (record is not null && record.Term == _abandoned))
            {
                return true;
            }
            if (text != _observed)
            {
                _observed = text;
                _observedAt = time.GetTimestamp();
                return false;
            }
            return time.GetElapsedTime(_observedAt) >= options.LeaseDuration;
        }
    }

    private LeaderRecord NewRecord(string candidate, LeaderRecord? before)
    {
        var now = LeaderRecord.Time(time.GetUtcNow());
        return new LeaderRecord
        {
            HolderIdentity = candidate,
            LeaseDurationSeconds = (int)options.LeaseDuration.TotalSeconds,
            AcquireTime = now,
            RenewTime = now,
            LeaderTransitions = before is null ? 0 : before.LeaderTransitions + 1,
        };
    }
}
