using System.Globalization;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;
using Stolon.Store.Etcd.Protos;
using Stolon.Store.KeyValue;

namespace Stolon.Store.Etcd;

/// <summary>The store in etcd's v3 API (docs/spec/store.md 5 to 7.1). Safe for use by several tasks at once.</summary>
public sealed class EtcdKeyValueStore : IKeyValueStore, IDisposable
{
    private readonly EtcdClient _client;
    private readonly TimeToLiveClaims<LeaseId> _timeToLive;
    private readonly ILogger _logger;

    /// <summary>Does not connect before the first request.</summary>
    /// <exception cref="StoreOptionsException">The request timeout is out of range.</exception>
    public EtcdKeyValueStore(EtcdOptions options, TimeProvider time, ILogger logger)
    {
        StoreTimeout.Check(options.RequestTimeout);
        _client = new EtcdClient(options, time, logger);
        _logger = logger;
        LeaseServer = new EtcdLeaseServer(_client, logger);
        _timeToLive = new TimeToLiveClaims<LeaseId>(
            LeaseServer.RenewAsync, async (life, stop) => (await LeaseServer.GrantAsync(life, stop)).Id);
    }

    /// <summary>For a <see cref="LeaseElection"/> over the same connections.</summary>
    public ILeaseServer LeaseServer { get; }

    public async Task<KeyValueEntry?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var answer = await _client.ReadAsync(
            EtcdMethods.Range, new RangeRequest { Key = EtcdKeys.Key(key) }, cancellationToken);
        return answer.Kvs.Count == 0 ? null : ToEntry(answer.Kvs[0]);
    }

    public async Task<IReadOnlyList<KeyValueEntry>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        var (key, end) = EtcdKeys.Prefix(prefix);
        var answer = await _client.ReadAsync(
            EtcdMethods.Range, new RangeRequest { Key = key, RangeEnd = end }, cancellationToken);
        return [.. answer.Kvs.Select(ToEntry)];
    }

    public async Task PutAsync(
        string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken)
    {
        var request = new PutRequest { Key = EtcdKeys.Key(key), Value = ByteString.CopyFrom(value.Span) };
        if (timeToLive is not { } lifetime)
        {
            await _client.WriteAsync(EtcdMethods.Put, request, cancellationToken);
            return;
        }

        request.Lease = (await _timeToLive.GetAsync(key, lifetime, cancellationToken)).Value;
        try
        {
            await _client.WriteAsync(EtcdMethods.Put, request, cancellationToken);
        }
        catch (StoreUnavailableException e) when (EtcdErrors.IsLeaseNotFound(e))
        {
            // The lease was revoked between the renewal and the write, which was refused.
            request.Lease = (await _timeToLive.ReplaceAsync(key, lifetime, cancellationToken)).Value;
            await _client.WriteAsync(EtcdMethods.Put, request, cancellationToken);
        }
    }

    public async Task<SwapResult> SwapAsync(
        string key,
        ReadOnlyMemory<byte> value,
        Revision? expected,
        LeaderFence? fence,
        CancellationToken cancellationToken)
    {
        var request = new TxnRequest
        {
            Compare =
            {
                expected is { } revision
                    ? EtcdCompare.ModifiedAt(key, Number(revision.Value))
                    : EtcdCompare.CreatedAt(key, 0),
            },
            Success =
            {
                new RequestOp
                {
                    RequestPut = new PutRequest { Key = EtcdKeys.Key(key), Value = ByteString.CopyFrom(value.Span) },
                },
            },
        };
        if (fence is not null)
        {
            request.Compare.Add(EtcdCompare.CreatedAt(fence.Key, Number(fence.Token)));
        }

        var answer = await _client.WriteAsync(EtcdMethods.Txn, request, cancellationToken);
        // The header's revision is that of the transaction, and so the key's new one.
        return answer.Succeeded
            ? new SwapResult.Stored(new Revision(Text(answer.Header.Revision)))
            : new SwapResult.Conflict();
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => _client.WriteAsync(
        EtcdMethods.DeleteRange, new DeleteRangeRequest { Key = EtcdKeys.Key(key) }, cancellationToken);

    public Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken) =>
        EtcdWatch.RunAsync(_client, prefix, changed, _logger, cancellationToken);

    public void Dispose() => _client.Dispose();

    private static KeyValueEntry ToEntry(Protos.KeyValue entry) =>
        new(entry.Key.ToStringUtf8(), entry.Value.Memory, new Revision(Text(entry.ModRevision)));

    private static string Text(long revision) => revision.ToString(CultureInfo.InvariantCulture);

    private static long Number(string revision) => long.Parse(revision, CultureInfo.InvariantCulture);
}
