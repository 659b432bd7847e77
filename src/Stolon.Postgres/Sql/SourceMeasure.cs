using Npgsql;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Postgres.Sql;

/// <param name="Location">A directory at the source.</param>
internal sealed record SourceSpace(string Oid, string Location);

/// <summary>Queries a source, as superuser, for the size of a clone; a replication connection cannot return
/// it.</summary>
internal sealed class SourceMeasure(PostgresOptions options, CurrentLogin superuser, TimeProvider time)
{
    // One that is not absolute is inside the data directory (allow_in_place_tablespaces).
    private const string Locations =
        "select oid::text, pg_tablespace_location(oid) from pg_tablespace "
        + "where pg_tablespace_location(oid) like '/%' order by oid";

    /// <summary>The source then ends the query itself, because the client may be gone.</summary>
    private static readonly TimeSpan CountLimit = TimeSpan.FromMinutes(30);

    /// <summary>The margin covers growth meanwhile.</summary>
    private static readonly TimeSpan KeptFor = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan FailureKeptFor = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<ServerAddress, Count> _counts = [];

    /// <summary>The size of each tablespace; reads the size of every file.</summary>
    internal string SizeQuestion { get; init; } = "select oid::text, pg_tablespace_size(oid) from pg_tablespace";

    /// <summary>Its tablespaces outside of the data directory.</summary>
    /// <exception cref="PostgresToolException">It cannot be reached as superuser.</exception>
    /// <exception cref="TimeoutException">It does not answer.</exception>
    public Task<ValueList<SourceSpace>> SpacesAsync(ServerAddress source, CancellationToken token) => QueryAsync(
        source,
        "where its tablespaces are",
        options.RequestTimeout,
        async (connection, limited) =>
        {
            var spaces = new List<SourceSpace>();
            await using var question = new NpgsqlCommand(Locations, connection);
            await using var answer = await question.ExecuteReaderAsync(limited);
            while (await answer.ReadAsync(limited))
            {
                spaces.Add(new SourceSpace(answer.GetString(0), answer.GetString(1)));
            }

            return spaces.ToValueList();
        },
        token);

    /// <summary>Bytes by tablespace, a few minutes old at most. Counting a large source takes longer than a caller
    /// should wait: it continues in the background, once, and a later call returns the result.</summary>
    /// <param name="spaces">Those whose size must be among them.</param>
    /// <exception cref="PostgresToolException">The last attempt to query it failed.</exception>
    /// <exception cref="TimeoutException">It is still counting.</exception>
    public async Task<ValueMap<string, long>> SizesAsync(
        ServerAddress source, ValueList<SourceSpace> spaces, CancellationToken cancellationToken)
    {
        var count = Counting(source);
        var sizes = await AnswerAsync(source, count, cancellationToken);
        if (spaces.All(s => sizes.ContainsKey(s.Oid)))
        {
            return sizes;
        }

        lock (_gate)
        {
            _counts.Remove(source);
        }

        throw new PostgresToolException($"{source} has a new tablespace, whose size is asked next");
    }

    private async Task<ValueMap<string, long>> AnswerAsync(
        ServerAddress source, Count count, CancellationToken cancellationToken)
    {
        try
        {
            return await count.Sizes.WaitAsync(options.RequestTimeout, time, cancellationToken);
        }
        catch (TimeoutException e) when (!count.Sizes.IsCompleted)
        {
            throw new TimeoutException(
                $"{source} has been counting its files for {time.GetElapsedTime(count.Began).TotalSeconds:0} s", e);
        }
    }

    private Count Counting(ServerAddress source)
    {
        lock (_gate)
        {
            if (_counts.GetValueOrDefault(source) is not { } known || !IsUsable(known))
            {
                known = new Count(time, CountAsync(source));
                _counts[source] = known;
            }

            return known;
        }
    }

    private bool IsUsable(Count count) => !count.Sizes.IsCompleted
        || time.GetElapsedTime(count.Ended) < (count.Sizes.IsCompletedSuccessfully ? KeptFor : FailureKeptFor);

    private Task<ValueMap<string, long>> CountAsync(ServerAddress source) => QueryAsync(
        source,
        "its size",
        CountLimit + options.RequestTimeout,
        async (connection, token) =>
        {
            await using var limit = new NpgsqlCommand(
                $"set statement_timeout = {(long)CountLimit.TotalMilliseconds}", connection);
            await limit.ExecuteNonQueryAsync(token);
            var sizes = ValueMap<string, long>.Empty;
            await using var question = new NpgsqlCommand(SizeQuestion, connection) { CommandTimeout = 0 };
            await using var answer = await question.ExecuteReaderAsync(token);
            while (await answer.ReadAsync(token))
            {
                sizes = sizes.With(answer.GetString(0), answer.GetInt64(1));
            }

            return sizes;
        },
        CancellationToken.None);

    private async Task<T> QueryAsync<T>(
        ServerAddress source, string what, TimeSpan limit, Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken)
    {
        try
        {
            return await TimeLimit.RunAsync(
                $"asking {source} {what}",
                limit,
                time,
                token => superuser.TryAsync(async login =>
                {
                    await using var server = RemoteConnection.Superuser(source, login, options);
                    await using var connection = await server.OpenConnectionAsync(token);
                    return await work(connection, token);
                }),
                cancellationToken);
        }
        catch (Exception e) when (RemoteConnection.IsTrouble(e))
        {
            // The driver reports only that something is wrong with the certificate.
            var cause = e.InnerException is { } inner ? $" ({inner.Message})" : "";
            throw new PostgresToolException($"asking {source} {what}: {e.Message}{cause}", e);
        }
    }

    private sealed class Count
    {
        private readonly TimeProvider _time;
        private long _ended;

        public Count(TimeProvider time, Task<ValueMap<string, long>> sizes)
        {
            _time = time;
            Began = time.GetTimestamp();
            Sizes = EndAsync(sizes);
        }

        /// <summary>A timestamp.</summary>
        public long Began { get; }

        /// <summary>A timestamp; meaningless before the end.</summary>
        public long Ended => Volatile.Read(ref _ended);

        public Task<ValueMap<string, long>> Sizes { get; }

        private async Task<ValueMap<string, long>> EndAsync(Task<ValueMap<string, long>> sizes)
        {
            try
            {
                return await sizes;
            }
            finally
            {
                Volatile.Write(ref _ended, _time.GetTimestamp());
            }
        }
    }
}
