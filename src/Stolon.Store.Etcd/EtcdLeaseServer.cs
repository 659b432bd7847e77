using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;
using Stolon.Store.Etcd.Protos;

namespace Stolon.Store.Etcd;

/// <summary>Leases and election keys in etcd, in the layout of etcd's own election recipe (docs/spec/store.md
/// 7.1).</summary>
internal sealed class EtcdLeaseServer(EtcdClient client, ILogger logger) : ILeaseServer
{
    public async Task<Lease> GrantAsync(TimeSpan timeToLive, CancellationToken cancellationToken)
    {
        var request = new LeaseGrantRequest { Ttl = (long)Math.Ceiling(timeToLive.TotalSeconds) };
        var granted = await client.WriteAsync(EtcdMethods.LeaseGrant, request, cancellationToken);
        return granted.Error.Length == 0
            ? new Lease(new LeaseId(granted.Id), TimeSpan.FromSeconds(granted.Ttl))
            : throw new StoreUnavailableException($"etcd did not grant a lease: {granted.Error}");
    }

    public async Task<bool> RenewAsync(LeaseId lease, CancellationToken cancellationToken)
    {
        // A second renewal does no harm, so it is sent like a read.
        var renewed = await client.ReadAsync(
            EtcdMethods.LeaseKeepAlive, new LeaseKeepAliveRequest { Id = lease.Value }, cancellationToken);
        return renewed.Ttl > 0;
    }

    public async Task RevokeAsync(LeaseId lease, CancellationToken cancellationToken)
    {
        try
        {
            await client.WriteAsync(
                EtcdMethods.LeaseRevoke, new LeaseRevokeRequest { Id = lease.Value }, cancellationToken);
        }
        catch (StoreUnavailableException e) when (EtcdErrors.IsLeaseNotFound(e))
        {
            // It has expired or was revoked already.
        }
    }

    public async Task<Candidacy> EnterAsync(
        string key, string value, LeaseId lease, CancellationToken cancellationToken)
    {
        var bytes = EtcdKeys.Key(key);
        var request = new TxnRequest
        {
            Compare = { EtcdCompare.CreatedAt(key, 0) },
            Success =
            {
                new RequestOp
                {
                    RequestPut = new PutRequest
                    {
                        Key = bytes,
                        Value = ByteString.CopyFromUtf8(value),
                        Lease = lease.Value,
                    },
                },
            },
            Failure = { new RequestOp { RequestRange = new RangeRequest { Key = bytes } } },
        };
        var answer = await client.WriteAsync(EtcdMethods.Txn, request, cancellationToken);
        return answer.Succeeded
            ? new Candidacy(key, value, answer.Header.Revision)
            : ToCandidacy(answer.Responses[0].ResponseRange.Kvs[0]);
    }

    public async Task<IReadOnlyList<Candidacy>> CandidaciesAsync(string prefix, CancellationToken cancellationToken)
    {
        var (key, end) = EtcdKeys.Prefix(prefix);
        var request = new RangeRequest
        {
            Key = key,
            RangeEnd = end,
            SortTarget = RangeRequest.Types.SortTarget.Create,
            SortOrder = RangeRequest.Types.SortOrder.Ascend,
        };
        var answer = await client.ReadAsync(EtcdMethods.Range, request, cancellationToken);
        return [.. answer.Kvs.Select(ToCandidacy)];
    }

    public Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken) =>
        EtcdWatch.RunAsync(client, prefix, changed, logger, cancellationToken);

    private static Candidacy ToCandidacy(Protos.KeyValue entry) =>
        new(entry.Key.ToStringUtf8(), entry.Value.ToStringUtf8(), entry.CreateRevision);
}
