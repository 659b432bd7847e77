using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>One real PostgreSQL for all tests. <see cref="Superuser"/> needs no password; <see cref="Guarded"/> needs
/// one.</summary>
internal sealed class RealPostgres : IDisposable
{
    public const string Superuser = "stolon";
    public const string Guarded = "guarded";
    public const string GuardedPassword = "right";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly Lazy<Task<RealPostgres>> Started = new(StartAsync);

    private readonly TemporaryDirectory _directory = new("forwarding-pg");
    private ServerProcess? _server;

    /// <summary>Started at the first use; stopped with this process.</summary>
    public static Task<RealPostgres> LoopContext => Started.Value;

    public IPEndPoint Address { get; } = new(IPAddress.Loopback, FreePort.Next());

    /// <summary>A connection of the superuser, without TLS and without a pool.</summary>
    public static async Task<NpgsqlConnection> ConnectAsync(
        IPEndPoint address, Func<NpgsqlConnectionStringBuilder, NpgsqlConnectionStringBuilder>? with = null)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = $"{address.Address}",
            Port = address.Port,
            Username = Superuser,
            Database = "postgres",
            SslMode = SslMode.Disable,
            Pooling = false,
            Timeout = 10,
            CommandTimeout = 30,
            NoResetOnClose = true,
        };
        var connection = new NpgsqlConnection((with ?? (s => s))(settings).ConnectionString);
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch (NpgsqlException)
        {
            await connection.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs psql.</summary>
    /// <param name="password">Null: none.</param>
    /// <returns>Its exit code and all that it wrote.</returns>
    public static async Task<(int ExitCode, string Output)> PsqlAsync(
        string connection, string query, string? password = null)
    {
        var start = new ProcessStartInfo(
            Path.Combine(PostgresPrograms.Directory, "psql"), ["-X", "-w", "-At", "-d", connection, "-c", query])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        start.Environment["PGPASSWORD"] = password ?? "";
        using var psql = Process.Start(start)!;
        var output = psql.StandardOutput.ReadToEndAsync();
        var errors = psql.StandardError.ReadToEndAsync();
        await psql.WaitForExitAsync().WaitAsync(Patience);
        return (psql.ExitCode, await output + await errors);
    }

    /// <summary>Npgsql and psql cannot connect, and show why.</summary>
    /// <param name="npgsql">How Npgsql asks for encryption.</param>
    /// <param name="psql">How psql does: a value of <c>sslmode</c>.</param>
    public static async Task AreRefusedAsync(
        IPEndPoint address, SslMode npgsql, string psql, string sqlState, string text)
    {
        var error = await Assert.ThrowsAnyAsync<PostgresException>(
            () => ConnectAsync(address, s => { s.SslMode = npgsql; return s; }));
        Assert.Equal(sqlState, error.SqlState);
        var (code, output) = await PsqlAsync(
            $"host=127.0.0.1 port={address.Port} user=stolon dbname=postgres sslmode={psql}", "select 1");
        Assert.Equal(2, code);
        Assert.Contains(text, output);
    }

    /// <summary>Queries one value directly, not through a proxy.</summary>
    public async Task<string?> AskAsync(string query)
    {
        await using var connection = await ConnectAsync(Address);
        await using var command = new NpgsqlCommand(query, connection);
        return (await command.ExecuteScalarAsync())?.ToString();
    }

    /// <summary>Shuts the server down with a signal (the manual, "Shutting Down the Server"), and starts it
    /// again.</summary>
    public async Task RestartAsync(string signal, Func<Task>? meanwhile = null)
    {
        _server!.Signal(signal);
        await Eventually.BeTrueAsync(() => _server.HasExited, Patience, "PostgreSQL ends");
        _server.Dispose();
        await (meanwhile ?? (() => Task.CompletedTask))();
        await ServeAsync();
    }

    public void Dispose()
    {
        _server?.Dispose();
        _directory.Dispose();
    }

    private static async Task<RealPostgres> StartAsync()
    {
        var postgres = new RealPostgres();
        File.SetUnixFileMode(postgres._directory.Path, (UnixFileMode)0b111_101_101);
        OrdinaryUser.Give(postgres._directory.Path);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            // Killed, not disposed: the server's own handler runs after this one.
            postgres._server?.Kill();
            postgres._directory.Dispose();
        };
        using var initdb = ServerProcess.Start("setsid", OrdinaryUser.Command(
        [
            Path.Combine(PostgresPrograms.Directory, "initdb"),
            "-N", "-A", "trust", "-U", Superuser, "-E", "UTF8", "--no-locale", "-D", postgres.Data,
        ]));
        await Eventually.BeTrueAsync(() => initdb.HasExited, Patience, "initdb ends");
        await File.WriteAllTextAsync(
            Path.Combine(postgres.Data, "pg_hba.conf"),
            $"host all {Guarded} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\n");
        await postgres.ServeAsync();
        await postgres.AskAsync($"create role {Guarded} login password '{GuardedPassword}'");
        return postgres;
    }

    private string Data => _directory.File("data");

    private async Task ServeAsync()
    {
        _server = ServerProcess.Start("setsid", OrdinaryUser.Command(
        [
            Path.Combine(PostgresPrograms.Directory, "postgres"),
            "-D", Data, "-p", $"{Address.Port}",
            "-c", "unix_socket_directories=",
            "-c", "fsync=off",
            "-c", "shared_buffers=32MB",
            "-c", "max_connections=200",
        ]));
        await Eventually.BeTrueAsync(AnswersAsync, Patience, $"PostgreSQL serves: {_server.Output}");
    }

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await AskAsync("select 1") == "1";
        }
        catch (Exception e) when (e is NpgsqlException or SocketException)
        {
            return false;
        }
    }
}
