using System.Globalization;
using System.Net;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.Consul;

/// <summary>Watches a prefix by blocking queries: Consul responds when a key below it has changed since the given
/// index. Only the keys' names are requested, because the caller of a watch reads again.</summary>
/// <remarks>Source: Consul manual, "Blocking queries".</remarks>
internal static class ConsulWatch
{
    /// <summary>How long Consul may delay a response. Shorter than its maximum of ten minutes, because a dead
    /// connection is noticed only after this time and the request timeout.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    /// <summary>Consul adds up to a sixteenth, so that clients do not all query at the same time.</summary>
    private static readonly TimeSpan WaitWithJitter = Wait + (Wait / 16);

    /// <summary>Delay after a response without a change: for an empty prefix, Consul may respond at changes of other
    /// keys.</summary>
    private static readonly TimeSpan QuietPause = TimeSpan.FromMilliseconds(100);

    private static readonly string WaitQuery =
        string.Create(CultureInfo.InvariantCulture, $"wait={Wait.TotalSeconds}s");

    /// <summary>Runs until the watch breaks.</summary>
    /// <exception cref="StoreUnavailableException">The watch broke.</exception>
    public static async Task RunAsync(
        ConsulClient client, string prefix, Action changed, CancellationToken cancellationToken)
    {
        var path = ConsulKeys.Path(prefix);
        var (index, empty) = IndexOf(await client.GetAsync(path, "keys", TimeSpan.Zero, cancellationToken));
        changed();
        var waitIndex = index;
        while (true)
        {
            var startedAt = client.Time.GetTimestamp();
            var query = string.Create(CultureInfo.InvariantCulture, $"keys&index={waitIndex}&{WaitQuery}");
            var (next, nowEmpty) = IndexOf(
                await client.GetAsync(path, query, WaitWithJitter, cancellationToken));
            if (next == index || (empty && nowEmpty && next > index))
            {
                // The wait has ended, or the index is not that of the prefix: for an empty prefix it is that of all
                // keys.
                await Task.Delay(QuietPause, client.Time, cancellationToken);
            }
            else
            {
                changed();
            }

            // Restart from index 0, which Consul responds to at once: if the index has gone back, as Consul's manual
            // requires; and if Consul responded early without a change, as it does when its data are restored.
            var restored = next < index
                || (next == index && waitIndex != 0 && client.Time.GetElapsedTime(startedAt) < Wait);
            (index, empty, waitIndex) = (next, nowEmpty, restored ? 0 : next);
        }
    }

    private static (ulong Index, bool Empty) IndexOf(StoreHttpResponse answer)
    {
        const string Header = ConsulClient.IndexHeader;
        return ulong.TryParse(answer.Header(Header), CultureInfo.InvariantCulture, out var index) && index > 0
            ? (index, answer.Status == HttpStatusCode.NotFound)
            : throw new StoreUnavailableException($"consul {StoreFailure.Name(answer.Server)}: a response "
                + $"without the header {Header}");
    }
}
