using Microsoft.Data.Sqlite;

namespace Stolon.Store.Sqlite;

/// <summary>The store's statements on one connection. Call the writing ones in a transaction, after
/// <see cref="RemoveExpired"/>.</summary>
internal sealed class SqliteTables(SqliteConnection connection, SqliteClock clock)
{
    private const string Columns = "select key, value, created, modified, expires from entries";

    public SqliteEntry? Find(string key) =>
        Rows($"{Columns} where key = $key", ("$key", key)) is [var only] ? only : null;

    /// <summary>Sorted by the UTF-8 bytes of the key.</summary>
    public IReadOnlyList<SqliteEntry> WithPrefix(string prefix) => Rows(
        $"{Columns} where key >= $from and key < $to order by key", ("$from", prefix), ("$to", UpperBound(prefix)));

    /// <summary>Returns the entry's new revision.</summary>
    /// <param name="expires">By the <see cref="SqliteClock"/>; null = never.</param>
    public long Write(string key, ReadOnlyMemory<byte> value, long? expires, long? lease)
    {
        var step = Number("update store set revision = revision + 1 returning revision");
        Run(
            """
            insert into entries (key, value, created, modified, expires, lease)
            values ($key, $value, $step, $step, $expires, $lease)
            on conflict (key) do update set value = excluded.value, modified = excluded.modified,
                expires = excluded.expires, lease = excluded.lease
            """,
            ("$key", key),
            ("$value", value.ToArray()),
            ("$step", step),
            ("$expires", expires),
            ("$lease", lease));
        return step;
    }

    public void Delete(string key) => Run("delete from entries where key = $key", ("$key", key));

    /// <summary>Ids are never reused.</summary>
    public long Grant(TimeSpan timeToLive)
    {
        var lease = Number("update store set lease = lease + 1 returning lease");
        Run(
            "insert into leases (lease, time_to_live, expires) values ($lease, $life, $expires)",
            ("$lease", lease),
            ("$life", timeToLive.Ticks),
            ("$expires", clock.Now + timeToLive.Ticks));
        return lease;
    }

    /// <summary>When the lease expires; null if it does not exist.</summary>
    public long? ExpiryOf(long lease) => Scalar("select expires from leases where lease = $lease", ("$lease", lease));

    /// <summary>False if the lease does not exist.</summary>
    public bool Renew(long lease)
    {
        var renewed = Scalar(
            "update leases set expires = time_to_live + $now where lease = $lease returning expires",
            ("$now", clock.Now),
            ("$lease", lease));
        Run("update entries set expires = $expires where lease = $lease", ("$expires", renewed), ("$lease", lease));
        return renewed is not null;
    }

    public void Revoke(long lease)
    {
        Run("delete from entries where lease = $lease", ("$lease", lease));
        Run("delete from leases where lease = $lease", ("$lease", lease));
    }

    /// <summary>The first statement of every write transaction: expired entries do not exist for this and later
    /// ones.</summary>
    public void RemoveExpired()
    {
        var now = clock.Now;
        Run("delete from entries where expires <= $now", ("$now", now));
        Run("delete from leases where expires <= $now", ("$now", now));
    }

    /// <summary>A summary of the entries with a prefix.</summary>
    public SqliteSummary Summarize(string prefix)
    {
        using var command = Command(
            """
            select count(*), coalesce(max(modified), 0), min(expires) from entries
            where key >= $from and key < $to and (expires is null or expires > $now)
            """,
            ("$from", prefix),
            ("$to", UpperBound(prefix)),
            ("$now", clock.Now));
        using var rows = command.ExecuteReader();
        rows.Read();
        return new SqliteSummary(rows.GetInt64(0), rows.GetInt64(1), rows.IsDBNull(2) ? null : rows.GetInt64(2));
    }

    public void Run(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        command.ExecuteNonQuery();
    }

    /// <summary>The only value of the only row; null if there is none.</summary>
    public long? Scalar(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        return command.ExecuteScalar() as long?;
    }

    /// <summary>As <see cref="Scalar"/>, for text.</summary>
    public string? ReadText(string sql)
    {
        using var command = Command(sql);
        return command.ExecuteScalar() as string;
    }

    public long Number(string sql) => Scalar(sql)
        ?? throw new SqliteException($"no result of \"{sql}\": the file's tables were changed", Corrupt);

    /// <summary>SQLITE_CORRUPT.</summary>
    private const int Corrupt = 11;

    /// <summary>Greater than all keys with the prefix: no key contains this character.</summary>
    private static string UpperBound(string prefix) => prefix + "\U0010FFFF";

    private List<SqliteEntry> Rows(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = Command(sql, parameters);
        using var rows = command.ExecuteReader();
        var now = clock.Now;
        var found = new List<SqliteEntry>();
        while (rows.Read())
        {
            found.Add(new SqliteEntry(
                rows.GetString(0),
                rows.GetFieldValue<byte[]>(1),
                rows.GetInt64(2),
                rows.GetInt64(3),
                !rows.IsDBNull(4) && rows.GetInt64(4) <= now));
        }

        return found;
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}

/// <summary>One row of the table of entries.</summary>
/// <param name="Created">The revision that created the key.</param>
/// <param name="Modified">The revision of the last write.</param>
/// <param name="Expired">It has expired but is not removed yet. A transaction that began earlier may still renew it, so
/// only a write transaction can decide that it is gone.</param>
internal sealed record SqliteEntry(string Key, byte[] Value, long Created, long Modified, bool Expired);

/// <summary>A summary of the entries with a prefix. If two are equal, nothing has changed, because every write
/// increases <paramref name="Newest"/>, and every other change decreases <paramref name="Entries"/>.</summary>
/// <param name="Newest">The highest revision; 0 if there are no entries.</param>
/// <param name="NextExpiry">By the <see cref="SqliteClock"/>; null = no entry expires.</param>
internal sealed record SqliteSummary(long Entries, long Newest, long? NextExpiry)
{
    public bool SameAs(SqliteSummary other) => Entries == other.Entries && Newest == other.Newest;
}
