using Microsoft.Extensions.Logging;
using Stolon.Ports.Store;
using Stolon.Store.Etcd.Protos;

namespace Stolon.Store.Etcd;

/// <summary>The watch of a prefix. It always begins "now" and tells that it stands, so nothing is missed by a caller
/// that reads when told.</summary>
internal static class EtcdWatch
{
    /// <summary>Runs until it breaks.</summary>
    /// <exception cref="StoreUnavailableException">It broke.</exception>
    public static async Task RunAsync(
        EtcdClient client, string prefix, Action changed, ILogger logger, CancellationToken cancellationToken)
    {
        var (key, end) = EtcdKeys.Prefix(prefix);
        var request = new WatchRequest { CreateRequest = new WatchCreateRequest { Key = key, RangeEnd = end } };
        while (true)
        {
            using var stream = await client.OpenAsync(EtcdMethods.Watch, request, cancellationToken);
            await UntilCompactedAsync(stream, changed, cancellationToken);
            EtcdLog.WatchCompacted(logger, prefix);
        }
    }

    /// <summary>Returns when etcd has compacted away what this watch had not seen yet: then it is begun anew.</summary>
    private static async Task UntilCompactedAsync(
        EtcdStream<WatchResponse> stream, Action changed, CancellationToken cancellationToken)
    {
        while (true)
        {
            var answer = await stream.NextAsync(cancellationToken);
            if (answer.Canceled)
            {
                if (answer.CompactRevision != 0)
                {
                    return;
                }
                throw new StoreUnavailableException(
                    $"etcd {stream.Server}: the watch was cancelled: {answer.CancelReason}");
            }
            if (answer.Created || answer.Events.Count > 0)
            {
                changed();
            }
        }
    }
}
