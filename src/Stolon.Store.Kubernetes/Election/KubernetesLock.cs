using Stolon.Store.Election;

namespace Stolon.Store.Kubernetes.Election;

/// <summary>client-go's leader election on a ConfigMap (docs/spec/store.md 8.4), so that sentinels of the original and
/// ours can take part in the same election.</summary>
/// <remarks>No server measures the lease. A candidate takes over when it has seen the record unchanged for the lease
/// duration on its own clock. A leader stops when it has not renewed for the renew deadline, which is shorter, on its
/// own clock, counted from before the request. Cluster data are written into the same object as the record, so the API
/// server accepts a write only if it was decided on the current record
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

    /// <summary>Our term that has ended for us but may still be in the store; null = none.</summary>
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
                // If the response is lost, this term is recognised as ours.
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

    /// <summary>Marks our term as ended, although the store may still have it.</summary>
    public void Abandon(string? term)
    {
        lock (_lock)
        {
            _abandoned = term;
        }
    }

    /// <summary>True if there is no leader: no record, no holder, our own ended term, or a record unchanged for the
    /// lease duration. The time starts when a record is first seen or has changed.</summary>
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
