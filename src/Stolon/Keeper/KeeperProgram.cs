using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Keeper;
using Stolon.Agents.Ports.Keeper;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Stores;
using Stolon.Postgres;
using Stolon.Postgres.Files;

namespace Stolon.Keeper;

/// <summary>The program <c>stolon-keeper</c>: its command line, and the agent composed from it (docs/spec/keeper.md
/// 1).</summary>
internal static partial class KeeperProgram
{
    public static AgentProgram Definition { get; } = new()
    {
        Component = "keeper",
        Command = new CommandDefinition
        {
            Name = "stolon-keeper",
            Summary = "stolon keeper: runs a PostgreSQL instance as the cluster data require",
            EnvironmentPrefix = "STKEEPER",
            Version = ProgramVersion.Text,
            SharedFlags = KeeperFlags.All,
        },
        ComposeAsync = ComposeAsync,
    };

    /// <summary>Bytes of a socket's path that the system accepts (unix(7), sun_path, without its terminator).</summary>
    private const int LongestSocketPath = 107;

    private static async Task<Agent> ComposeAsync(AgentStart start, CancellationToken cancellationToken)
    {
        var logger = start.Logs.CreateLogger("keeper");
        var settings = KeeperSettings.Read(start.Command, CreateDirectory, odd => KeeperLog.Odd(logger, odd));
        var dataLock = settings.LockDataDirectory ? Lock(settings.DataDirectory, logger) : null;
        CheckUid(settings.Uid);
        var connection = StoreConnection.Open(settings.Common, start.Time, start.Logs.CreateLogger("store"));
        var files = new LocalStateFiles(settings.DataDirectory);
        var uid = ReadOrCreateUid(files, settings, start.Ids);
        var timeout = await QueryTimeout.ReadAsync(connection.Store, logger, cancellationToken);
        var sockets = SocketDirectory(settings, logger);
        var postgres = new PostgresServer(
            Options(settings, timeout, sockets), start.Logs.CreateLogger<PostgresServer>(), start.Time);
        await CheckProgramsAsync(postgres, cancellationToken);
        var options = new KeeperOptions { Uid = uid, Identity = Identity(settings, start.Ids, sockets) };
        var agent = new KeeperAgent(connection.Store, postgres, files, options, start.Ids, start.Time, logger);
        return new Agent
        {
            Common = settings.Common,
            RunAsync = async token =>
            {
                await agent.RunAsync(token);
                GC.KeepAlive(dataLock);
            },
        };
    }

    /// <summary>Without its programs PostgreSQL can be neither inspected nor started, so the keeper does not
    /// start.</summary>
    private static async Task CheckProgramsAsync(PostgresServer postgres, CancellationToken cancellationToken)
    {
        try
        {
            await postgres.CheckProgramsAsync(cancellationToken);
        }
        catch (PostgresToolException e)
        {
            throw new FatalException($"cannot use PostgreSQL (see --pg-bin-path): {e.Message}", e);
        }
    }

    private static void CreateDirectory(string path)
    {
        try
        {
            KeeperDirectory.Create(path);
        }
        catch (IOException e)
        {
            throw new FatalException($"cannot create data dir {path}: {e.Message}", e);
        }
    }

    private static DataDirectoryLock Lock(string path, ILogger logger)
    {
        try
        {
            var taken = DataDirectoryLock.Take(path);
            KeeperLog.Locked(logger);
            return taken;
        }
        catch (IOException e)
        {
            throw new FatalException($"cannot take exclusive lock on data dir {path}: {e.Message}", e);
        }
    }

    private static void CheckUid(string? uid)
    {
        if (uid is not null && !UidForm().IsMatch(uid))
        {
            throw new FatalException(
                $"keeper uid \"{uid}\" is not valid: it may have only lower-case letters, digits and underscores");
        }
    }

    /// <summary>The uid in the data directory never changes; the option must be the same.</summary>
    private static KeeperUid ReadOrCreateUid(LocalStateFiles files, KeeperSettings settings, IIdSource ids)
    {
        try
        {
            var saved = files.ReadKeeper();
            _ = files.ReadInstance();
            ClusterMark.Check(settings.DataDirectory, settings.Common.ClusterName, saved.Cluster is not null);
            var given = settings.Uid;
            if (saved.Uid is { } uid)
            {
                return given is null || given == uid.Value
                    ? uid
                    : throw new FatalException($"the data dir belongs to keeper {uid}, but the uid given is {given}");
            }

            var created = new KeeperUid(given ?? ids.NextUid());
            files.Write(saved with { Uid = created });
            return created;
        }
        catch (LocalStateException e)
        {
            throw new FatalException(e.Message, e);
        }
    }

    /// <summary>The directory of the server's second socket, in the keeper's data directory: other programs clean up
    /// <c>/tmp</c>.</summary>
    /// <returns>Null: the path would be too long; /tmp and TCP remain.</returns>
    private static string? SocketDirectory(KeeperSettings settings, ILogger logger)
    {
        var directory = Path.Combine(settings.DataDirectory, "socket");
        if (Encoding.UTF8.GetByteCount(Path.Combine(directory, $".s.PGSQL.{settings.Port}")) <= LongestSocketPath)
        {
            return directory;
        }

        KeeperLog.Odd(logger, $"the name of the data dir {settings.DataDirectory} is too long for a socket in it; the "
            + "only socket is the one in /tmp");
        return null;
    }

    private static KeeperIdentity Identity(KeeperSettings settings, IIdSource ids, string? sockets) => new()
    {
        BootUuid = ids.NextUuid(),
        ListenAddress = settings.ListenAddress,
        Port = settings.Port,
        Advertised = settings.Advertised,
        Superuser = settings.Superuser,
        Replication = settings.Replication,
        SystemUser = Environment.UserName,
        OwnSocketDirectory = sockets,
        Tls = settings.Tls,
        PasswordFile = Path.Combine(settings.DataDirectory, "standby-pgpass"),
        EligibleAsPrimary = settings.CanBePrimary,
        EligibleAsSynchronousStandby = settings.CanBeSynchronous,
    };

    private static PostgresOptions Options(KeeperSettings settings, TimeSpan requestTimeout, string? sockets) => new()
    {
        DataDirectory = settings.DataDirectory,
        BinPath = settings.BinPath,
        WalDirectory = settings.WalDirectory,
        Superuser = settings.Superuser,
        Replication = settings.Replication,
        Tls = settings.Tls,
        ListenAddress = settings.ListenAddress,
        OwnSocketDirectory = sockets,
        SuperuserPasswordNow = settings.SuperuserPasswordNow,
        ReplicationPasswordNow = settings.ReplicationPasswordNow,
        RequestTimeout = requestTimeout,
    };

    [GeneratedRegex("^[a-z0-9_]+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex UidForm();
}
