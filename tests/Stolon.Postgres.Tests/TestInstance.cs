using System.Diagnostics;
using Npgsql;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Postgres.Processes;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

/// <summary>A keeper's directory with a real PostgreSQL, gone when disposed.</summary>
internal sealed class TestInstance : IAsyncDisposable
{
    /// <summary>With everything that pgpass files, connection strings, SQL and configuration files have to
    /// escape.</summary>
    public static readonly Secret SuperuserPassword = new(@" su:p'w\ ""x;=#%$\n ");
    public static readonly Secret ReplicationPassword = new(@" re:p'w\ ""x;=#%$\n ");
    public const string Superuser = "Super user";
    public const string Replication = "repl-user";

    private static readonly Lazy<Task<string>> Template = new(MakeTemplateAsync);

    private TestInstance(string directory, int port, Func<PostgresOptions, PostgresOptions>? options)
    {
        Directory = directory;
        Port = port;
        Options = (options ?? (o => o))(new PostgresOptions
        {
            DataDirectory = directory,
            BinPath = PostgresPrograms.Directory,
            Superuser = new Login(Superuser, "md5", SuperuserPassword),
            Replication = new Login(Replication, "md5", ReplicationPassword),
        });
        Server = NewServer();
    }

    public string Directory { get; }

    public int Port { get; }

    public InstanceUid Uid { get; } = new("self");

    public PostgresOptions Options { get; }

    public CapturedLog Log { get; } = new();

    public PostgresServer Server { get; }

    public ServerAddress Address => new("127.0.0.1", $"{Port}");

    public string Postgres => Options.PostgresDirectory;

    /// <summary>Of the server, from its pid file.</summary>
    public int ProcessId => int.Parse(File.ReadLines(Path.Combine(Postgres, "postmaster.pid")).First());

    /// <summary>Over TCP as the superuser.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = Options.Superuser.Name,
        Password = Options.Superuser.Password?.Reveal,
        Database = "postgres",
        Pooling = false,
        SslCertificate = Options.Superuser.Certificate?.CertificateFile,
        SslKey = Options.Superuser.Certificate?.KeyFile,
    }.ConnectionString;

    /// <summary>With an empty directory.</summary>
    public static TestInstance Empty(Func<PostgresOptions, PostgresOptions>? options = null) =>
        new(NewDirectory(), FreePort.Next(), options);

    public static TestInstance At(string directory, int port) => new(directory, port, null);

    /// <summary>Initialised, with its roles, stopped.</summary>
    public static async Task<TestInstance> StoppedAsync(Func<PostgresOptions, PostgresOptions>? options = null)
    {
        var instance = Empty(options);
        await instance.CopyDataAsync();
        return instance;
    }

    /// <summary>Fills the empty directory with initialised data that have the roles.</summary>
    public async Task CopyDataAsync() =>
        await RunAsync("cp", "-a", Path.Combine(await Template.Value, "postgres"), Postgres);

    /// <summary>Initialised, with its roles, running as a primary that takes queries.</summary>
    public static async Task<TestInstance> RunningAsync(Func<PostgresOptions, PostgresOptions>? options = null)
    {
        var instance = await StoppedAsync(options);
        await instance.StartAsync(instance.Configuration());
        return instance;
    }

    /// <summary>A standby of that instance, cloned and running; it may not yet stream.</summary>
    public static async Task<TestInstance> StandbyOfAsync(
        TestInstance primary, Func<PostgresOptions, PostgresOptions>? options = null)
    {
        var standby = Empty(options);
        var slot = ReplicationSlotName.Of(standby.Uid);
        await primary.Server.CreateSlotAsync(slot, CancellationToken.None);
        await standby.Server.CloneAsync(primary.Address, standby.Uid, slot, CancellationToken.None);
        await standby.StartAsync(standby.Following(primary));
        return standby;
    }

    /// <summary>Another keeper's view of the same directory.</summary>
    public PostgresServer NewServer() => new(Options, Log, TimeProvider.System);

    public async Task StartAsync(ServerConfiguration configuration)
    {
        await Server.StartAsync(configuration, temporary: false, CancellationToken.None);
        await Server.AwaitReadyAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
    }

    public ServerConfiguration Configuration(params (string Name, string Value)[] more) => new()
    {
        UserMap = HbaRules.UserMap(Access()),
        Hba = HbaRules.For(Access()),
        OwnHbaLines = HbaRules.For(Access() with { InternalOnly = true }).Count,
        Parameters = more.Aggregate(
            ManagedParameters.Effective(new ManagedParameterInputs
            {
                Version = new PostgresVersion(15, 0),
                User = ValueMap<string, string>.Empty.With("fsync", "off").With("shared_buffers", "16MB"),
                ListenAddress = "127.0.0.1",
                Port = $"{Port}",
                UnixSocketDirectory = Options.SocketDirectory,
                MaxStandbys = 5,
                AdditionalWalSenders = 0,
                UsePgRewind = true,
                SynchronousStandbyNames = "",
            }),
            (all, p) => all.With(p.Name, p.Value)),
    };

    public ServerConfiguration Following(TestInstance primary, InstanceUid? self = null) =>
        Following(primary.Address, self);

    public ServerConfiguration Following(ServerAddress primary, InstanceUid? self = null) => Configuration() with
    {
        Recovery = RecoveryMode.Standby,
        RecoveryParameters = RecoveryParameters.For(
            RecoveryParameters.Following(
                ConnectionInfo
                    .ForReplication(
                        primary, Options.Replication.Name, Options.Replication.Password, self ?? Uid)
                    .Over(Options.Tls, Options.Replication.Certificate),
                self ?? Uid),
            null,
            null),
    };

    /// <summary>Runs SQL over TCP as the superuser, as anybody could; gives the first value as text.</summary>
    public async Task<string?> SqlAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return (await command.ExecuteScalarAsync())?.ToString();
    }

    /// <summary>What pg_controldata prints.</summary>
    public async Task<string> ControlDataAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(PostgresPrograms.Directory, "pg_controldata"), ["-D", Postgres])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            Environment = { ["LC_ALL"] = "C" },
        };
        using var process = Process.Start(start)!;
        return await process.StandardOutput.ReadToEndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!Server.WaitForExitAsync(CancellationToken.None).IsCompleted)
        {
            // It may be frozen, and it may be ending just now.
            using var kill = Process.Start("sh", ["-c", $"kill -CONT {ProcessId}; kill -QUIT {ProcessId}"]);
            await Server.WaitForExitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        }

        Server.Dispose();

        // A backend may outlive a server that was killed; one that fails again and again for want of its files, for
        // ever.
        foreach (var backend in ProcFiles.ServersIn(Postgres))
        {
            using var kill = Process.Start("sh", ["-c", $"kill -KILL {backend} 2>/dev/null"]);
            await kill.WaitForExitAsync();
        }

        System.IO.Directory.Delete(Directory, recursive: true);
    }

    /// <summary>Runs a program that has to succeed.</summary>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}");
    }

    private HbaInputs Access() => new()
    {
        SuperuserName = Options.Superuser.Name,
        SuperuserMethod = Options.Superuser.Method,
        ReplicationName = Options.Replication.Name,
        ReplicationMethod = Options.Replication.Method,
        SystemUser = Environment.UserName,
        Access = ReplicationAccess.All,
        InternalOnly = false,
    };

    private static string NewDirectory() => System.IO.Directory.CreateTempSubdirectory("stolon-pg-").FullName;

    private static async Task<string> MakeTemplateAsync()
    {
        var instance = Empty();
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
            System.IO.Directory.Delete(instance.Directory, recursive: true);
        await instance.Server.InitDbAsync(new NewConfig { DataChecksums = true }, CancellationToken.None);
        await instance.Server.StartAsync(instance.Configuration(), temporary: true, CancellationToken.None);
        await instance.Server.AwaitReadyAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        await instance.Server.SetUpRolesAsync(CancellationToken.None);
        await instance.Server.StopAsync(CancellationToken.None);
        return instance.Directory;
    }
}
