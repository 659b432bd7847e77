using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;
using Stolon.Postgres.Sql;

namespace Stolon.Postgres.Tools;

/// <summary>The programs that create or rewind a whole data directory.</summary>
internal sealed class DataDirectoryTools(
    PostgresOptions options, CurrentLogin superuser, CurrentLogin replication, Tool tool, DataDirectory directory)
{
    /// <summary>The manual, "pg_rewind": the option that lets it fetch missing WAL from the archive.</summary>
    private const int FirstWithRestoreTargetWal = 13;

    /// <summary>Release notes of PostgreSQL 10: pg_basebackup makes what it wrote durable.</summary>
    private const int FirstThatSynchronizesBackups = 10;

    private static readonly TimeSpan ParameterLimit = TimeSpan.FromSeconds(10);

    /// <summary>For one WAL file from the archive.</summary>
    private static readonly TimeSpan RestoreLimit = TimeSpan.FromSeconds(60);

    /// <summary>docs/spec/keeper.md 5.3.</summary>
    /// <param name="wal">Where the WAL goes, a directory that is not there; null: into the data directory.</param>
    public async Task InitDbAsync(
        PostgresVersion version, NewConfig config, string? wal, CancellationToken cancellationToken)
    {
        List<string> arguments = ["-D", directory.Path, "-U", superuser.Now.Name, .. WalOption(version, wal)];
        if (config.Locale is { } locale)
        {
            arguments.AddRange(["--locale", locale]);
        }

        if (config.Encoding is { } encoding)
        {
            arguments.AddRange(["--encoding", encoding]);
        }

        if (config.DataChecksums)
        {
            arguments.Add("--data-checksums");
        }

        using var password = superuser.Now.Password is { } secret ? Password("initdb-password", secret) : null;
        if (password is not null)
        {
            arguments.AddRange(["--pwfile", password.Path]);
        }

        if (superuser.Now.NeedsScram)
        {
            // Otherwise PostgreSQL up to 13 stores the first password in a form that the first login does not accept.
            arguments.Add("--auth=scram-sha-256");
        }

        await tool.RunAsync(new ToolCommand("initdb", arguments) { FillsDataDirectory = true }, cancellationToken);
    }

    /// <summary>docs/spec/keeper.md 4.1, "pitr".</summary>
    public Task RestoreAsync(string command, CancellationToken cancellationToken) => tool.RunAsync(
        new ToolCommand("/bin/sh", ["-c", RestoreCommand.Expand(command, directory.Path)])
        {
            InheritOutput = true,
            FillsDataDirectory = true,
        },
        cancellationToken);

    /// <summary>docs/spec/keeper.md 4.5, full path.</summary>
    /// <param name="record">The target, with its tablespaces and its WAL: in our own directories, so that other files
    /// in a location do not interfere.</param>
    public async Task CloneAsync(
        PostgresVersion version, ServerAddress source, InstanceUid self, string slot, CopyRecord record,
        CancellationToken cancellationToken)
    {
        var login = replication.Now;
        var from = ConnectionInfo.ForReplication(source, login.Name, login.Password, self)
            .Over(options.Tls, login.Certificate);
        var target = record.New ?? directory.Path;
        using var file = PgPass(source, login);

        // -w: never ask for a password. --checkpoint=fast: otherwise the copy begins minutes later.
        List<string> arguments =
        [
            "-R", "-v", "-P", "-Xs", "-w", "--checkpoint=fast", "-D", target, "-d", Public(from), "--slot", slot,
            .. WalOption(version, record.Wal?.New),
            .. record.Spaces.Where(s => s.Source is not null)
                .Select(s => $"--tablespace-mapping={Mapped(s.Source!)}={Mapped(s.New)}"),
        ];
        await tool.RunAsync(
            new ToolCommand("pg_basebackup", arguments) { PasswordFile = file?.Path, FillsDataDirectory = true },
            cancellationToken);
        if (!version.AtLeast(FirstThatSynchronizesBackups))
        {
            await tool.RunAsync(new ToolCommand("initdb", ["-S", "-D", target]), cancellationToken);
        }
    }

    /// <summary>docs/spec/keeper.md 4.5, rewind path.</summary>
    public async Task RewindAsync(
        PostgresVersion version, ServerAddress primary, InstanceUid self, CancellationToken cancellationToken)
    {
        var login = superuser.Now;
        var from = ConnectionInfo.ForSuperuser(primary, login.Name, login.Password, self)
            .Over(options.Tls, login.Certificate);
        var restores = version.AtLeast(FirstWithRestoreTargetWal) && await HasRestoreCommandAsync(cancellationToken);
        new ConfigurationFiles(directory).RemoveAutomatic();
        using var file = PgPass(primary, login);
        List<string> arguments = ["--debug", "-D", directory.Path, $"--source-server={Public(from)}"];
        if (restores)
        {
            arguments.Add("--restore-target-wal");
        }

        await tool.RunAsync(
            new ToolCommand("pg_rewind", arguments)
            {
                PasswordFile = file?.Path,
                FillsDataDirectory = true,
                CommandLimit = RestoreLimit,
            },
            cancellationToken);
    }

    /// <summary>Without the password, which is in the password file, because every user of the host can read arguments.
    /// With keepalive probes, because the kernel's default waits two hours for a host without power.</summary>
    internal static string Public(ConnectionInfo info) => info
        .WithoutPassword()
        .WithoutSynchronousCommit()
        .With("keepalives_idle", "10")
        .With("keepalives_interval", "10")
        .With("keepalives_count", "3")
        .Format();

    /// <summary>Reads the effective configuration with PostgreSQL itself.</summary>
    private async Task<bool> HasRestoreCommandAsync(CancellationToken cancellationToken)
    {
        try
        {
            var command = new ToolCommand("postgres", ["-D", directory.Path, "-C", "restore_command"])
            {
                Timeout = ParameterLimit,
            };
            return (await tool.RunAsync(command, cancellationToken)).Trim().Length > 0;
        }
        catch (Exception e) when (e is PostgresToolException or TimeoutException)
        {
            // PostgreSQL cannot read its configuration, or one of its libraries hangs: pg_rewind reports this itself if
            // it matters.
            return false;
        }
    }

    private static string[] WalOption(PostgresVersion version, string? wal) => wal is null ? []
        : [$"--{(version.AtLeast(10) ? "waldir" : "xlogdir")}={wal}"];

    // The manual, "pg_basebackup": an equals sign in a path is escaped.
    private static string Mapped(string path) => path.Replace("=", @"\=", StringComparison.Ordinal);

    private PasswordFile? PgPass(ServerAddress server, Login login) => login.Password is not { } password ? null
        : Password("pgpass", new Secret(PgPassLine.Format(server, login.Name, password)));

    private PasswordFile Password(string name, Secret line)
    {
        try
        {
            return PasswordFile.Create(options.DataDirectory, name, line);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PostgresToolException($"cannot write a password file in {options.DataDirectory}: {e.Message}", e);
        }
    }
}
