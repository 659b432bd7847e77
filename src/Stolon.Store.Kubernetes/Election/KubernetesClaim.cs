using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;
using Stolon.Store.Kubernetes.Api;

namespace Stolon.Store.Kubernetes.Election;

/// <summary>The leadership that we have acquired, for one term.</summary>
internal sealed class KubernetesClaim(
    ClusterConfigMap map,
    LeaderRecord taken,
    KubernetesLock owner,
    LeaderEvents events,
    TimeSpan renewDeadline,
    TimeProvider time) : ILockClaim
{
    public string Name => map.Location;

    public TimeSpan TimeToLive => renewDeadline;

    public LeaderFence Fence => new(map.Location, taken.Term);

    /// <summary>True if the leadership given as fence is valid in this object.</summary>
    public static bool IsLeader(KubeObject present, ClusterConfigMap map, LeaderFence fence) =>
        fence.Key == map.Location
        && LeaderRecord.Read(present.Annotation(ClusterConfigMap.Leader))?.Term == fence.Token;

    public async Task<bool> RenewAsync(CancellationToken cancellationToken) =>
        (await WriteAsync(record => record with { RenewTime = Now }, cancellationToken)).Match(
            written => true,
            unchanged => false,
            contended => throw map.ContentionError());

    public async Task<bool> IsLeaderAsync(CancellationToken cancellationToken) =>
        await map.FindAsync(cancellationToken) is { } present && IsLeader(present, map, Fence);

    /// <inheritdoc/>
    /// <remarks>As client-go's <c>ReleaseOnCancel</c>, which the original does not use but understands: a record
    /// without a holder is taken over at once.</remarks>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        owner.Abandon(taken.Term);
        KubeObject? last = null;
        var edit = await WriteAsync(
            record => record with { HolderIdentity = "", LeaseDurationSeconds = 1, AcquireTime = Now, RenewTime = Now },
            cancellationToken,
            present => last = present);
        if (edit is ConfigMapEdit.Contended)
        {
            throw map.ContentionError();
        }

        if (last is { Exists: true })
        {
            await events.PublishAsync(last, $"{taken.HolderIdentity} stopped leading", cancellationToken);
        }
    }

    private string Now => LeaderRecord.Time(time.GetUtcNow());

    private Task<ConfigMapEdit> WriteAsync(
        Func<LeaderRecord, LeaderRecord> change,
        CancellationToken cancellationToken,
        Action<KubeObject>? seen = null) =>
        map.EditAsync(
            present =>
            {
                seen?.Invoke(present);
                if (!IsLeader(present, map, Fence))
                {
                    return false;
                }

                var record = LeaderRecord.Read(present.Annotation(ClusterConfigMap.Leader))!;
                present.Annotate(ClusterConfigMap.Leader, change(record).Write());
                return true;
            },
            cancellationToken);
}
