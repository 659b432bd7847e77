using System.Globalization;
using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;
using Stolon.Store.KeyValue;

namespace Stolon.Store.Sqlite;

/// <summary>The store in a file that all programs of one machine open. Each write is one SQLite transaction. Safe for
/// use by several tasks at once.</summary>
/// <remarks>Reads never wait for writes. Expired entries are not returned: a reader that finds one first removes it in
/// a write transaction, so that a renewal in progress cannot restore it.</remarks>
public sealed class SqliteKeyValueStore : IKeyValueStore, ILeaseServer, IDisposable
{
    private readonly string _file;
    private readonly SqliteWorker _reads;
    private readonly SqliteWorker _writes;
    private readonly SqliteClock _clock;
    private readonly TimeProvider _time;

    /// <summary>Does not open the file before the first request.</summary>
    /// <exception cref="StoreOptionsException">The timeout is out of range, or SQLite's library is missing.</exception>
    public SqliteKeyValueStore(SqliteOptions options, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        StoreTimeout.Check(options.RequestTimeout);
        try
        {
            SqliteNative.Load();
            _clock = new SqliteClock(time, options.BootId);
        }
        catch (DllNotFoundException e)
        {
            throw new StoreOptionsException(
                $"store backend \"sqlite\" needs the file libe_sqlite3.so in {AppContext.BaseDirectory}", e);
        }
        catch (IOException e)
        {
            throw new StoreOptionsException(
                $"store backend \"sqlite\" needs the kernel's boot id: {e.Message}", e);
        }

        _file = options.File;
        _time = time;
        var identity = new SqliteIdentity();
        _reads = new SqliteWorker("sqlite reads", options, identity, _clock, time);
        _writes = new SqliteWorker("sqlite writes", options, identity, _clock, time);
    }

    public async Task<KeyValueEntry?> GetAsync(string key, CancellationToken cancellationToken) =>
        await ReadAsync(tables => tables.Find(key) is { } found ? [found] : [], cancellationToken) is [var only]
            ? ToEntry(only)
            : null;

    public async Task<IReadOnlyList<KeyValueEntry>> ListAsync(string prefix, CancellationToken cancellationToken) =>
        [.. (await ReadAsync(tables => tables.WithPrefix(prefix), cancellationToken)).Select(ToEntry)];

    public Task PutAsync(
        string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken) =>
        WriteAsync(
            durable: timeToLive is null,
            tables => tables.Write(key, value, _clock.Now + timeToLive?.Ticks, lease: null),
            cancellationToken);

    public Task<SwapResult> SwapAsync(
        string key,
        ReadOnlyMemory<byte> value,
        Revision? expected,
        LeaderFence? fence,
        CancellationToken cancellationToken) => WriteAsync<SwapResult>(
        durable: true,
        tables => Revision(tables.Find(key)) == expected && IsLeader(tables, fence)
            ? new SwapResult.Stored(new Revision(Text(tables.Write(key, value, expires: null, lease: null))))
            : new SwapResult.Conflict(),
        cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
        WriteAsync(durable: true, tables => tables.Delete(key), cancellationToken);

    public Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken) =>
        new SqliteWatch(_file, _reads, _clock, prefix, changed, _time).RunAsync(cancellationToken);

    public Task<Lease> GrantAsync(TimeSpan timeToLive, CancellationToken cancellationToken) => WriteAsync(
        durable: false, tables => new Lease(new LeaseId(tables.Grant(timeToLive)), timeToLive), cancellationToken);

    public Task<bool> RenewAsync(LeaseId lease, CancellationToken cancellationToken) =>
        WriteAsync(durable: false, tables => tables.Renew(lease.Value), cancellationToken);

    public Task RevokeAsync(LeaseId lease, CancellationToken cancellationToken) =>
        WriteAsync(durable: false, tables => tables.Revoke(lease.Value), cancellationToken);

    public Task<Candidacy> EnterAsync(
        string key, string value, LeaseId lease, CancellationToken cancellationToken) => WriteAsync(
        durable: false,
        tables =>
        {
            if (tables.Find(key) is { } present)
            {
                return ToCandidacy(present);
            }

            var expiry = tables.ExpiryOf(lease.Value)
                ?? throw new StoreUnavailableException($"sqlite: lease {lease} does not exist; nothing was written");
            return new Candidacy(
                key, value, tables.Write(key, Encoding.UTF8.GetBytes(value), expiry, lease.Value));
        },
        cancellationToken);

    public async Task<IReadOnlyList<Candidacy>> CandidaciesAsync(
        string prefix, CancellationToken cancellationToken) =>
    [
        .. (await ReadAsync(tables => tables.WithPrefix(prefix), cancellationToken))
            .Select(ToCandidacy)
            .OrderBy(c => c.Created),
    ];

    public void Dispose()
    {
        _reads.Dispose();
        _writes.Dispose();
    }

    private async Task<IReadOnlyList<SqliteEntry>> ReadAsync(
        Func<SqliteTables, IReadOnlyList<SqliteEntry>> read, CancellationToken cancellationToken)
    {
        var found = await _reads.RunAsync(
            (session, request) =>
            {
                request.Advance(SqlitePhase.Working);
                return read(session.Tables);
            },
            writes: false,
            cancellationToken);
        return found.Any(e => e.Expired)
            ? await _writes.RunAsync(
                (session, request) => session.Write(request, durable: false, read), writes: false, cancellationToken)
            : found;
    }

    private Task<T> WriteAsync<T>(bool durable, Func<SqliteTables, T> work, CancellationToken cancellationToken) =>
        _writes.RunAsync(
            (session, request) => session.Write(request, durable, work), writes: true, cancellationToken);

    private Task<bool> WriteAsync(bool durable, Action<SqliteTables> work, CancellationToken cancellationToken) =>
        WriteAsync(
            durable,
            tables =>
            {
                work(tables);
                return true;
            },
            cancellationToken);

    private static bool IsLeader(SqliteTables tables, LeaderFence? fence) =>
        fence is null || (tables.Find(fence.Key) is { } entry && Text(entry.Created) == fence.Token);

    private static KeyValueEntry ToEntry(SqliteEntry entry) =>
        new(entry.Key, entry.Value, new Revision(Text(entry.Modified)));

    private static Candidacy ToCandidacy(SqliteEntry entry) =>
        new(entry.Key, Encoding.UTF8.GetString(entry.Value), entry.Created);

    private static Revision? Revision(SqliteEntry? entry) =>
        entry is null ? null : new Revision(Text(entry.Modified));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
