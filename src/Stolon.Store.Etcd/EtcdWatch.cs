using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Etcd.Protos;

namespace Stolon.Store.Etcd;

/// <summary>Watches a prefix from the current revision on, and signals its start. So a caller that reads at each signal
/// misses nothing.</summary>
internal static class EtcdWatch
{
    /// <summary>Runs until the watch breaks.</summary>
    /// <exception cref="StoreUnavailableException">The watch broke.</exception>
    public static async Task RunAsync(
        EtcdClient client, string prefix, Action changed, ILogger logger, CancellationToken cancellationToken)
    {
        var (key, end) = EtcdKeys.Prefix(prefix);
        var request = new WatchRequest { CreateRequest = new WatchCreateRequest { Key = key, RangeEnd = end } };
        var renewed = false;
        while (true)
        {
            using var stream = await client.OpenAsync(EtcdMethods.Watch, request, cancellationToken);
            var last = await UntilCancelledAsync(stream, changed, cancellationToken);
            if (last.CompactRevision != 0)
            {
                // etcd has compacted revisions that this watch has not received yet: restart at the current revision.
                EtcdLog.WatchCompacted(logger, prefix);
            }
            else if (!renewed && EtcdErrors.MayBeTokenRefused(last.CancelReason) && stream.OnTokenRefused())
            {
                renewed = true;
            }
            else
            {
                throw new StoreUnavailableException(
                    $"etcd {stream.Server}: the watch was cancelled: {last.CancelReason}"
                    + EtcdErrors.Hint(last.CancelReason));
            }
        }
    }

    /// <summary>The response that ends the watch.</summary>
    private static async Task<WatchResponse> UntilCancelledAsync(
        EtcdStream<WatchResponse> stream, Action changed, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await stream.NextAsync(cancellationToken);
            if (answer.Canceled)
            {
                return answer;
            }

            if (answer.Created || answer.Events.Count > 0)
            {
                changed();
            }
        }
    }
}
