using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Core.Postgres;

/// <summary>What the files of a data directory say of it (keeper.md 5.1, 5.2).</summary>
/// <remarks>Every question takes a function telling whether a path, relative to the data directory, exists.</remarks>
public static class DataDirectoryLayout
{
    private static readonly ValueList<string> _always =
    [
        "PG_VERSION", "base", "global", "pg_dynshmem", "pg_logical", "pg_multixact", "pg_notify", "pg_replslot",
        "pg_serial", "pg_snapshots", "pg_stat", "pg_stat_tmp", "pg_subtrans", "pg_tblspc", "pg_twophase",
        "global/pg_control",
    ];

    /// <summary>Whether initdb, or a copy, has finished at least its file layout.</summary>
    public static bool IsInitialized(PostgresVersion version, Func<string, bool> exists) =>
        _always.All(exists) && exists(TransactionDirectory(version)) && exists(WalDirectory(version));

    /// <summary>Where the WAL segments are.</summary>
    public static string WalDirectory(PostgresVersion version) => version.AtLeast(10) ? "pg_wal" : "pg_xlog";

    /// <summary>The file that makes a starting instance a standby or lets it recover; null: none.</summary>
    /// <remarks>Since PostgreSQL 12 an empty file; before, <see cref="ConfigurationText.RenderRecovery"/>.</remarks>
    public static string? RecoveryFile(PostgresVersion version, RecoveryMode mode) => mode switch
    {
        RecoveryMode.None => null,
        _ when !version.AtLeast(12) => "recovery.conf",
        RecoveryMode.Standby => "standby.signal",
        RecoveryMode.Recovery => "recovery.signal",
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    /// <summary>Standby, or else primary.</summary>
    public static bool IsStandby(PostgresVersion version, Func<string, bool> exists) =>
        exists(version.AtLeast(12) ? "standby.signal" : "recovery.conf");

    /// <summary>Whether a point-in-time recovery has reached its target and the instance was promoted.</summary>
    public static bool RecoveryFinished(PostgresVersion version, Func<string, bool> exists) =>
        version.AtLeast(12) ? !exists("recovery.signal") : exists("recovery.done");

    private static string TransactionDirectory(PostgresVersion version) => version.AtLeast(10) ? "pg_xact" : "pg_clog";
}
