using Npgsql;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>A PostgreSQL outside of any cluster that archives its WAL, and a base backup of it (the manual, "Continuous
/// Archiving and Point-in-Time Recovery").</summary>
public sealed class ExternalServer : IDisposable
{
    /// <summary>Less than a standby has: it does not start with less than its primary.</summary>
    private const string Connections = "max_connections=40";

    private readonly PlainPostgres _plain;

    private ExternalServer(TestDirectory directory, string name)
    {
        _plain = new PlainPostgres(directory);
        Data = Path.Combine(directory.Data, name);
        Archive = Data + "-archive";
        Backup = Data + "-backup";
        PasswordFile = PlainPostgres.PasswordFile(directory);
    }

    /// <summary>Asked and ended as a keeper's PostgreSQL.</summary>
    public Keeper Postgres { get; private set; } = null!;

    /// <summary>Directory of complete WAL segments and timeline histories.</summary>
    public string Archive { get; }

    /// <summary>Directory of the base backup, without the WAL it needs: that is in the archive.</summary>
    public string Backup { get; }

    /// <summary>libpq's password file for the replication role.</summary>
    public string PasswordFile { get; }

    /// <summary>PostgreSQL's restore_command.</summary>
    public string RestoreCommand => $"cp {Archive}/%f %p";

    /// <summary>The pitrConfig's dataRestoreCommand from the backup.</summary>
    public string DataRestoreCommand => $"cp -a {Backup}/. %d";

    /// <summary>libpq's, without the database.</summary>
    public string ConnectionInfo =>
        $"host=127.0.0.1 port={Postgres.Port} user={Sql.Replication} passfile={PasswordFile}";

    private string Data { get; }

    private string[] Settings =>
    [
        "fsync=off", "shared_buffers=16MB", Connections, "archive_mode=on",
        // Whole files only, and never one over another.
        $"archive_command=test ! -f {Archive}/%f && cp %p {Archive}/part.%f && mv {Archive}/part.%f {Archive}/%f",
    ];

    /// <summary>Starts it.</summary>
    public static async Task<ExternalServer> StartAsync(TestDirectory directory, string name = "external")
    {
        var server = new ExternalServer(directory, name);
        await server._plain.RunAsync("mkdir", "/bin/mkdir", server.Archive);
        server.Postgres = await server._plain.MakeAsync(server.Data, FreePort.Next(), server.Settings);
        return server;
    }

    public Task BackUpAsync() => _plain.RunAsync(
        "pg_basebackup",
        "/usr/bin/env", $"PGPASSFILE={PasswordFile}",
        Path.Combine(Programs.PostgresDirectory, "pg_basebackup"),
        "-D", Backup, "-X", "none", "-c", "fast",
        "-h", "127.0.0.1", "-p", $"{Postgres.Port}", "-U", Sql.Replication);

    /// <summary>Brings everything written so far into the archive. Something must have been written since the last
    /// time.</summary>
    public async Task ArchiveAsync()
    {
        var segment = await AskAsync("select pg_walfile_name(pg_switch_wal())");
        await Eventually.BeTrueAsync(
            () => File.Exists(Path.Combine(Archive, segment)), PlainPostgres.Patience, $"{segment} is archived");
    }

    /// <summary>Replaces it by a server made from the backup and the archive: the archive gets a second
    /// timeline.</summary>
    /// <param name="restorePoint">Where it branches off; null: at the archive's end.</param>
    public async Task BranchAsync(string? restorePoint)
    {
        await Postgres.KillWithPostgresAsync();
        Postgres.Dispose();
        var data = Data + "-branch";
        await _plain.RunAsync("mkdir", "/bin/mkdir", "-m", "700", data);
        await _plain.RunAsync("cp", "/bin/cp", "-a", Backup, $"{data}/postgres");
        await _plain.RunAsync("touch", "/bin/touch", $"{data}/postgres/recovery.signal");
        string[] target = restorePoint is null ? [] : [$"recovery_target_name={restorePoint}"];
        Postgres = await _plain.StartAsync(
            data,
            FreePort.Next(),
            [.. Settings, $"restore_command={RestoreCommand}", "recovery_target_action=promote", .. target]);
    }

    /// <summary>The first value; an error is the test's.</summary>
    public async Task<string> AskAsync(string query)
    {
        await using var connection = await Postgres.ConnectAsync();
        return await Sql.AskAsync(connection, query)
            ?? throw new NpgsqlException($"no answer to {query}");
    }

    public async Task DoAsync(string statement)
    {
        await using var connection = await Postgres.ConnectAsync();
        await Sql.AskAsync(connection, statement);
    }

    public void Dispose() => Postgres?.Dispose();
}
