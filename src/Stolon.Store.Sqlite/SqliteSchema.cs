using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Sqlite;

/// <summary>Checks the file before it is used, and creates its tables.</summary>
internal sealed class SqliteSchema(
    string file, SqliteSession session, SqliteIdentity identity, SqliteClock clock)
{
    /// <summary>"Stln": identifies our files (https://sqlite.org/pragma.html#pragma_application_id).</summary>
    private const long ApplicationId = 0x53746C6E;

    /// <summary>The version of the tables; a file with another version is not used.</summary>
    private const long FormatVersion = 1;

    /// <summary>Maximum size in bytes of an unused <c>-wal</c> file.</summary>
    private const long LogBytes = 4 * 1024 * 1024;

    private const string Tables =
        """
        create table store (
            file text not null,        -- random id of this file
            revision integer not null, -- of the latest write of an entry
            lease integer not null,    -- the latest one
            boot text not null         -- id of the boot to which the times belong
        ) strict;
        create table leases (
            lease integer primary key,
            time_to_live integer not null, -- times: 100 ns of the kernel's monotonic clock
            expires integer not null
        ) strict;
        create table entries (
            key text primary key,
            created integer not null,
            modified integer not null,
            expires integer, -- null: never
            lease integer,   -- expires is the lease's, null: none
            value blob not null
        ) strict;
        """;

    private SqliteTables Rows => session.Tables;

    /// <exception cref="StoreUnavailableException">The file is not ours, has another version, or is
    /// damaged.</exception>
    public void Prepare(SqliteRequest request)
    {
        if (session.Read(IsEmpty))
        {
            UseLog(request);
            session.Transact(request, durable: true, CreateOnce);
        }

        Rows.Run($"pragma cell_size_check = on; pragma trusted_schema = off; pragma journal_size_limit = {LogBytes}");
        CheckDamage();
        if (!identity.Accepts(Rows.ReadText("select file from store") ?? ""))
        {
            throw SqliteErrors.Moved(file);
        }

        UseLog(request);
        if (BootId() != clock.BootId)
        {
            session.Transact(request, durable: false, _ => ResetAfterBoot());
        }
    }

    /// <summary>True: an empty database, which may become ours. False: it is ours. Call it in a transaction, because
    /// another program may be creating it.</summary>
    private bool IsEmpty()
    {
        var application = Rows.Number("pragma application_id");
        var format = Rows.Number("pragma user_version");
        return application switch
        {
            ApplicationId when format == FormatVersion => false,
            ApplicationId => throw new StoreUnavailableException(
                $"sqlite {file}: written by a newer version of these programs (format {format}; this version supports "
                + $"{FormatVersion}); use that version"),
            0 when format == 0 && Rows.Number("select count(*) from sqlite_schema") == 0 => true,
            _ => throw new StoreUnavailableException(
                $"sqlite {file}: this is another program's database; it was not changed. Give the path of another "
                + "file"),
        };
    }

    /// <summary>With the write-ahead log, writers do not block readers, and a killed writer leaves no partial write
    /// (https://sqlite.org/wal.html).</summary>
    private void UseLog(SqliteRequest request)
    {
        if (Rows.ReadText("pragma journal_mode") == "wal")
        {
            return;
        }

        session.ExecuteWhenFree("pragma journal_mode = wal", request);
        if (Rows.ReadText("pragma journal_mode") is not "wal" and var m)
        {
            throw new StoreUnavailableException(
                $"sqlite {file}: this file system does not support SQLite's write-ahead log (journal mode {m}); "
                + "use another local disk");
        }
    }

    private bool CreateOnce(SqliteTables tables)
    {
        if (!IsEmpty())
        {
            return false;
        }

        tables.Run(Tables);
        tables.Run("insert into store values (hex(randomblob(16)), 0, 4096, $boot)", ("$boot", clock.BootId));
        tables.Run($"pragma application_id = {ApplicationId}; pragma user_version = {FormatVersion}");
        return true;
    }

    private void CheckDamage()
    {
        if (Rows.ReadText("pragma quick_check(1)") is not "ok" and var problem)
        {
            throw SqliteErrors.Damaged(file, problem ?? "no result");
        }
    }

    private string? BootId() => Rows.ReadText("select boot from store");

    /// <summary>After a reboot, all programs that could renew have ended, and the clock has restarted.</summary>
    private bool ResetAfterBoot()
    {
        if (BootId() == clock.BootId)
        {
            return false;
        }

        Rows.Run("delete from entries where expires is not null");
        Rows.Run("delete from leases");
        Rows.Run("update store set boot = $boot", ("$boot", clock.BootId));
        return true;
    }
}
