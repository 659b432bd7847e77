using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Core.Postgres;

/// <summary>What the existence of files in a data directory means (docs/spec/keeper.md 5.1, 5.2).</summary>
/// <remarks>The functions <c>exists</c> take a path relative to the data directory.</remarks>
public static class DataDirectoryLayout
{
    private static readonly ValueList<string> Always =
    [
        "PG_VERSION", "base", "global", "pg_dynshmem", "pg_logical", "pg_multixact", "pg_notify", "pg_replslot",
        "pg_serial", "pg_snapshots", "pg_stat", "pg_stat_tmp", "pg_subtrans", "pg_tblspc", "pg_twophase",
        "global/pg_control",
    ];

    /// <summary>Whether initdb, or a copy, has created all directories and files that PostgreSQL needs.</summary>
    public static bool IsInitialized(PostgresVersion version, Func<string, bool> exists) =>
        Always.All(exists) && exists(TransactionDirectory(version)) && exists(WalDirectory(version));

    /// <summary>The directory of the WAL segments.</summary>
    public static string WalDirectory(PostgresVersion version) => version.AtLeast(10) ? "pg_wal" : "pg_xlog";

    /// <summary>The file that makes an instance start as a standby or in recovery; null: none.</summary>
    /// <remarks>An empty file since PostgreSQL 12; before, <see cref="ConfigurationText.RenderRecovery"/>.</remarks>
    public static string? RecoveryFile(PostgresVersion version, RecoveryMode mode) => mode switch
    {
        RecoveryMode.None => null,
        _ when !version.AtLeast(12) => "recovery.conf",
        RecoveryMode.Standby => "standby.signal",
        RecoveryMode.Recovery => "recovery.signal",
        _ => throw new ArgumentOutOfRangeException(nameof(mode)),
    };

    /// <summary>True: standby; false: primary.</summary>
    public static bool IsStandby(PostgresVersion version, Func<string, bool> exists) =>
        exists(version.AtLeast(12) ? "standby.signal" : "recovery.conf");

    /// <summary>Whether a point-in-time recovery has reached its target and the instance was promoted.</summary>
    public static bool RecoveryFinished(PostgresVersion version, Func<string, bool> exists) =>
        version.AtLeast(12) ? !exists("recovery.signal") : exists("recovery.done");

    private static string TransactionDirectory(PostgresVersion version) => version.AtLeast(10) ? "pg_xact" : "pg_clog";
}
