using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Store.InMemory;
using Stolon.Store.KeyValue;

namespace Stolon.Agents.Tests.Rig;

/// <summary>The real store over memory, reached by a way that can be slow, stuck or cut; writes are noted in the
/// journal.</summary>
internal sealed class RecordingStore(InMemoryKeyValueStore server, List<string> journal, TimeProvider time)
    : IClusterStore
{
    public static readonly StorePaths Paths = new(StorePaths.DefaultPrefix, "test");

    private readonly KeyValueClusterStore _store = new(server, Paths);
    private readonly List<TaskCompletionSource> _stuck = [];

    /// <summary>Reads fail.</summary>
    public bool ReadsFail { get; set; }

    /// <summary>Writes fail.</summary>
    public bool WritesFail { get; set; }

    /// <summary>Reads do not return until <see cref="Release"/>: they were answered, but nobody runs to hear
    /// it.</summary>
    public bool ReadsHang { get; set; }

    /// <summary>How long it takes until a list of reports is there.</summary>
    public TimeSpan ListsTake { get; set; }

    /// <summary>Called at each read of the cluster data, once it is answered.</summary>
    public Action AfterRead { get; set; } = () => { };

    public int Reads { get; private set; }

    /// <summary>The fences given with conditional writes, in order.</summary>
    public List<LeaderFence?> Fences { get; } = [];

    public void Release()
    {
        ReadsHang = false;
        _stuck.ForEach(s => s.TrySetResult());
        _stuck.Clear();
    }

    public async Task<ClusterDataRead> ReadAsync(CancellationToken cancellationToken)
    {
        Reads++;
        Check(ReadsFail);
        var read = await _store.ReadAsync(cancellationToken);
        AfterRead();
        if (ReadsHang)
        {
            var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _stuck.Add(stuck);
            using (cancellationToken.Register(() => stuck.TrySetCanceled(cancellationToken)))
            {
                await stuck.Task;
            }
        }

        return read;
    }

    public async Task<SwapResult> CompareAndSwapAsync(
        ClusterData data, Revision? expected, LeaderFence? fence, CancellationToken cancellationToken)
    {
        Check(WritesFail);
        Fences.Add(fence);
        var result = await _store.CompareAndSwapAsync(data, expected, fence, cancellationToken);
        journal.Add(result.Match(_ => "swap stored", _ => "swap conflict"));
        return result;
    }

    public Task PutAsync(ClusterData data, CancellationToken cancellationToken) =>
        _store.PutAsync(data, cancellationToken);

    public async Task<ValueMap<KeeperUid, KeeperReport>> ReadKeepersAsync(CancellationToken cancellationToken)
    {
        Check(ReadsFail);
        if (ListsTake > TimeSpan.Zero)
        {
            await Task.Delay(ListsTake, time, cancellationToken);
        }

        return await _store.ReadKeepersAsync(cancellationToken);
    }

    public Task<ValueMap<ProxyUid, ProxyReport>> ReadProxiesAsync(CancellationToken cancellationToken) =>
        _store.ReadProxiesAsync(cancellationToken);

    public Task<ValueList<SentinelReport>> ReadSentinelsAsync(CancellationToken cancellationToken) =>
        _store.ReadSentinelsAsync(cancellationToken);

    public Task PublishAsync(KeeperReport report, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        Write($"keeper report, healthy {report.Postgres?.Healthy}");
        return _store.PublishAsync(report, timeToLive, cancellationToken);
    }

    public Task PublishAsync(ProxyReport report, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        Write($"confirm {report.Generation}");
        return _store.PublishAsync(report, timeToLive, cancellationToken);
    }

    public Task PublishAsync(SentinelReport report, TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        Check(WritesFail);
        return _store.PublishAsync(report, timeToLive, cancellationToken);
    }

    public Task WithdrawAsync(ProxyUid proxy, CancellationToken cancellationToken)
    {
        Write("withdraw");
        return _store.WithdrawAsync(proxy, cancellationToken);
    }

    public Task WithdrawAsync(SentinelUid sentinel, CancellationToken cancellationToken)
    {
        Check(WritesFail);
        return _store.WithdrawAsync(sentinel, cancellationToken);
    }

    public Task WatchAsync(StoreTopic topic, Action changed, CancellationToken cancellationToken) =>
        _store.WatchAsync(topic, changed, cancellationToken);

    private void Write(string what)
    {
        Check(WritesFail);
        journal.Add(what);
    }

    private static void Check(bool fails)
    {
        if (fails)
        {
            throw new StoreUnavailableException("the way to the store is cut");
        }
    }
}
