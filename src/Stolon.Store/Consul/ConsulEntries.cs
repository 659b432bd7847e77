using System.Net;
using System.Text.Json;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Consul;

/// <summary>Reads Consul's keys, and writes them under locks and in transactions.</summary>
internal sealed class ConsulEntries(ConsulClient client)
{
    /// <summary>Null if absent.</summary>
    public async Task<ConsulEntry?> GetAsync(string key, CancellationToken cancellationToken)
    {
        var answer = await client.GetAsync(ConsulKeys.Path(key), "consistent", TimeSpan.Zero, cancellationToken);
        return answer.Status == HttpStatusCode.NotFound
            ? null
            : ConsulClient.Read(answer, ConsulJson.Default.ConsulEntryArray).FirstOrDefault();
    }

    public async Task<IReadOnlyList<ConsulEntry>> ListAsync(string prefix, CancellationToken cancellationToken)
    {
        // Consistent, unlike the original's lists: a sentinel must not decide on old reports.
        var answer = await client.GetAsync(
            ConsulKeys.Path(prefix), "recurse&consistent", TimeSpan.Zero, cancellationToken);
        return answer.Status == HttpStatusCode.NotFound
            ? []
            : ConsulClient.Read(answer, ConsulJson.Default.ConsulEntryArray);
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => client.ChangeAsync(
        HttpMethod.Delete, ConsulKeys.Path(key), "", body: null, write: true, cancellationToken);

    /// <summary>Writes the key and locks it for the session, unless another session has it.</summary>
    public async Task<Locking> AcquireAsync(
        string key, ReadOnlyMemory<byte> value, string session, CancellationToken cancellationToken)
    {
        var answer = await client.SendAsync(
            HttpMethod.Put,
            ConsulKeys.Path(key),
            $"acquire={session}&{ConsulKeys.FlagsQuery}",
            value,
            write: true,
            cancellationToken);
        return ConsulErrors.IsInvalidSession(answer) ? Locking.SessionGone
            : !answer.Success ? throw client.Refused(answer, write: true)
            : ConsulClient.Read(answer, ConsulJson.Default.Boolean) ? Locking.Locked
            : Locking.Refused;
    }

    /// <summary>Writes the key and unlocks it, if this session has it.</summary>
    public Task ReleaseAsync(
        string key, ReadOnlyMemory<byte> value, string session, CancellationToken cancellationToken) =>
        client.ChangeAsync(
            HttpMethod.Put,
            ConsulKeys.Path(key),
            $"release={session}&{ConsulKeys.FlagsQuery}",
            value,
            write: true,
            cancellationToken);

    /// <summary>Executes all steps, or none.</summary>
    /// <param name="refused">True for an error text that is an expected outcome and not a failure.</param>
    /// <returns>The last step's entry, without its value; null for an expected refusal.</returns>
    /// <exception cref="StoreUnavailableException">Refused for another reason, or no response.</exception>
    public async Task<ConsulEntry?> TransactAsync(
        IEnumerable<ConsulTransactionStep> steps, Func<string, bool> refused, CancellationToken cancellationToken)
    {
        ConsulTransactionPart[] parts =
            [.. steps.Select(s => new ConsulTransactionPart { Step = s with { Namespace = client.Namespace } })];
        var body = JsonSerializer.SerializeToUtf8Bytes(parts, ConsulJson.Default.ConsulTransactionPartArray);
        var answer = await client.SendAsync(HttpMethod.Put, "/v1/txn", "", body, write: true, cancellationToken);
        if (!answer.Success && answer.Status != HttpStatusCode.Conflict)
        {
            throw client.Refused(answer, write: true);
        }

        var result = ConsulClient.Read(answer, ConsulJson.Default.ConsulTransactionResult);
        if (answer.Success && result.Results is [.., { Entry: { } entry }])
        {
            return entry;
        }

        var errors = (result.Errors ?? []).Select(e => e.What).ToList();
        return errors.Count > 0 && errors.TrueForAll(e => refused(e))
            ? null
            : throw client.Refused(answer, string.Join("; ", errors), write: true);
    }

    /// <summary>The outcome of an attempt to lock.</summary>
    public enum Locking
    {
        /// <summary>Written, and locked by the session.</summary>
        Locked,

        /// <summary>Locked by another session, or within the lock delay of a session that has just ended.</summary>
        Refused,

        /// <summary>The session does not exist.</summary>
        SessionGone,
    }
}
