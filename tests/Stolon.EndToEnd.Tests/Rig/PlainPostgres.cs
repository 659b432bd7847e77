using System.Globalization;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>PostgreSQL as an operator runs it without us: its own programs, as the ordinary user.</summary>
public sealed class PlainPostgres(TestDirectory directory)
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The roles and passwords that keepers are given.</summary>
    private static readonly string ReplicationRole =
        $"create role {Sql.Replication} login replication password '{Sql.ReplicationPassword.Replace("'", "''")}'";

    /// <summary>Makes a data directory with the superuser, and starts a server on it that has the replication role,
    /// too.</summary>
    /// <param name="data">Data directory of a keeper; PostgreSQL's is <c>postgres</c> below it.</param>
    /// <param name="settings">name=value, for the command line only: no file of the data directory has them.</param>
    public async Task<Keeper> MakeAsync(string data, int port, params string[] settings)
    {
        var password = directory.Secret("initdb-password", Sql.SuperuserPassword);
        await RunAsync("mkdir", "/bin/mkdir", "-p", data);
        await RunAsync(
            "initdb",
            Path.Combine(Programs.PostgresDirectory, "initdb"),
            "-N", "-D", $"{data}/postgres", "-U", Sql.Superuser, "--pwfile", password, "-A", "md5");
        var server = await StartAsync(data, port, settings);
        await using var connection = await server.ConnectAsync();
        await Sql.AskAsync(connection, ReplicationRole);
        return server;
    }

    /// <summary>Starts a server on a present data directory; waits until it answers.</summary>
    public async Task<Keeper> StartAsync(string data, int port, params string[] settings)
    {
        var name = $"postgres-{Path.GetFileName(data)}";
        var process = TestProcess.Prepare(name, directory.Log(name),
        [
            Path.Combine(Programs.PostgresDirectory, "postgres"),
            "-D", $"{data}/postgres",
            "-p", port.ToString(CultureInfo.InvariantCulture),
            // None: in /tmp a lock of some other user's dead server may be in the way.
            "-c", "unix_socket_directories=",
            .. settings.SelectMany(s => (string[])["-c", s]),
        ]);
        var server = new Keeper(name, port, data, process);
        process.Start();
        await Eventually.BeAsync(
            "False",
            () => server.AskAsync("select pg_is_in_recovery()"),
            Patience,
            $"PostgreSQL takes writes; see {directory.Log(name)}");
        return server;
    }

    /// <summary>libpq's password file for the replication role (the manual, "The Password File").</summary>
    public static string PasswordFile(TestDirectory directory) => directory.Secret(
        "pgpass",
        $"*:*:*:{Sql.Replication}:{Sql.ReplicationPassword.Replace("\\", "\\\\").Replace(":", "\\:")}\n");

    /// <summary>Runs a program to its successful end.</summary>
    public async Task RunAsync(string name, params string[] command)
    {
        using var process = TestProcess.Prepare(name, directory.Log(name), command);
        process.Start();
        await Eventually.BeTrueAsync(
            () => process.ExitCode == 0, Patience, $"{name} succeeds; see {directory.Log(name)}");
    }
}
