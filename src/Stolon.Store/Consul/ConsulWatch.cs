using System.Globalization;
using System.Net;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.Consul;

/// <summary>The watch of a prefix by blocking queries: Consul answers when something below it has changed since the
/// index of the answer before. Only the keys' names are asked for, since who watches reads again.</summary>
/// <remarks>Source: Consul manual, "Blocking queries".</remarks>
internal static class ConsulWatch
{
    /// <summary>How long Consul may keep an answer back. Not its ten minutes: within this and the request timeout we
    /// notice that the connection is dead.</summary>
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(30);

    /// <summary>Consul adds up to a sixteenth, so that not all clients ask at once.</summary>
    private static readonly TimeSpan WaitWithJitter = Wait + (Wait / 16);

    /// <summary>After an answer that told nothing: Consul may wake us for other keys beside an empty prefix.</summary>
    private static readonly TimeSpan QuietPause = TimeSpan.FromMilliseconds(100);

    private static readonly string WaitQuery =
        string.Create(CultureInfo.InvariantCulture, $"wait={Wait.TotalSeconds}s");

    /// <summary>Runs until it breaks.</summary>
    /// <exception cref="StoreUnavailableException">It broke.</exception>
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
                // Time has passed, or the index is not the prefix's: below an empty one it is that of all keys.
                await Task.Delay(QuietPause, client.Time, cancellationToken);
            }
            else
            {
                changed();
            }

            // From the beginning, which is answered at once: when the index has gone back, as Consul's manual says, and
            // when Consul answered early that nothing has changed, as it does when its data are restored.
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
            : throw new StoreUnavailableException($"consul {answer.Server}: an answer without {Header}");
    }
}
