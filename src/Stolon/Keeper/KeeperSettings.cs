using System.Net;
using System.Net.Sockets;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Options;

namespace Stolon.Keeper;

/// <summary>The keeper's options, checked (docs/spec/keeper.md 1.1, steps 1 to 14).</summary>
internal sealed record KeeperSettings
{
    public required CommonOptions Common { get; init; }

    public required string DataDirectory { get; init; }

    /// <summary>As given; null: the saved one, or a new one.</summary>
    public required string? Uid { get; init; }

    public required string ListenAddress { get; init; }

    public required string Port { get; init; }

    public required ServerAddress Advertised { get; init; }

    /// <summary>Null: found through PATH.</summary>
    public required string? BinPath { get; init; }

    /// <summary>Absolute; null: not given.</summary>
    public required string? WalDirectory { get; init; }

    public required Login Superuser { get; init; }

    public required Login Replication { get; init; }

    /// <summary>Reads the superuser's password file again; null: there is none.</summary>
    public required Func<Secret?>? SuperuserPasswordNow { get; init; }

    /// <summary>As <see cref="SuperuserPasswordNow"/>, the replication user's.</summary>
    public required Func<Secret?>? ReplicationPasswordNow { get; init; }

    public required ServerTls Tls { get; init; }

    public required bool CanBePrimary { get; init; }

    public required bool CanBeSynchronous { get; init; }

    public required bool LockDataDirectory { get; init; }

    /// <summary>Reads and checks in the original's order.</summary>
    /// <param name="createDirectory">Makes the data directory, mode 0700.</param>
    /// <param name="warn">Called for what is allowed, but probably a mistake.</param>
    /// <exception cref="FatalException">The first thing wrong.</exception>
    public static KeeperSettings Read(ParsedCommand command, Action<string> createDirectory, Action<string> warn)
    {
        var dataDirectory = Required(command, KeeperFlags.DataDir, "data dir required");
        var common = CommonOptions.ReadValid(command);
        dataDirectory = Path.GetFullPath(dataDirectory);
        createDirectory(dataDirectory);
        var listen = Required(command, KeeperFlags.ListenAddress, "--pg-listen-address is required");
        var port = ValidPort(command.Text(KeeperFlags.Port), KeeperFlags.Port);
        var advertised = new ServerAddress(
            Or(command.Text(KeeperFlags.AdvertiseAddress), listen),
            ValidPort(Or(command.Text(KeeperFlags.AdvertisePort), port), KeeperFlags.AdvertisePort));
        CheckAdvertised(advertised.Host, warn);
        var (superuser, replication) = Logins.Read(command, warn);
        var tls = TlsFiles.ReadMode(command);
        return new KeeperSettings
        {
            Common = common,
            DataDirectory = dataDirectory,
            Uid = Given(command.Text(KeeperFlags.Uid)),
            ListenAddress = listen,
            Port = port,
            Advertised = advertised,
            BinPath = Given(command.Text(KeeperFlags.BinPath)),
            WalDirectory = WalDirectoryOf(command, dataDirectory),
            Superuser = TlsFiles.WithSuperuserCertificate(command, superuser),
            Replication = TlsFiles.WithReplicationCertificate(command, replication),
            SuperuserPasswordNow = Logins.SuperuserFile(command),
            ReplicationPasswordNow = Logins.ReplicationFile(command),
            Tls = tls,
            CanBePrimary = command.Switch(KeeperFlags.CanBePrimary),
            CanBeSynchronous = command.Switch(KeeperFlags.CanBeSynchronous),
            LockDataDirectory = !command.Switch(KeeperFlags.DisableLocking),
        };
    }

    /// <summary>A directory inside PostgreSQL's data directory would be deleted with it.</summary>
    private static string? WalDirectoryOf(ParsedCommand command, string dataDirectory)
    {
        if (Given(command.Text(KeeperFlags.WalDir)) is not { } given)
        {
            return null;
        }

        var path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(given));
        var data = Path.Combine(dataDirectory, "postgres");
        return path == data || path.StartsWith(data + "/", StringComparison.Ordinal)
            || data.StartsWith(path + "/", StringComparison.Ordinal)
            ? throw new FatalException(
                $"--{KeeperFlags.WalDir} must be a directory of its own, neither in nor above {data}: {path}")
            : path;
    }

    /// <summary>Warns about an advertised address that other hosts may not reach (docs/spec/keeper.md 1.1, step
    /// 8).</summary>
    private static void CheckAdvertised(string address, Action<string> warn)
    {
        if (!IPAddress.TryParse(address, out var ip))
        {
            warn($"the advertised address {address} is not an IP address; every host must resolve it alike");
            ip = Resolve(address, warn);
        }

        if (ip is not null && IPAddress.IsLoopback(ip))
        {
            warn($"the advertised address {address} is a loopback address, not reachable from other hosts");
        }
    }

    private static IPAddress? Resolve(string name, Action<string> warn)
    {
        try
        {
            return Dns.GetHostAddresses(name).FirstOrDefault();
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            warn($"the advertised address {name} cannot be resolved: {e.Message}");
            return null;
        }
    }

    private static string Required(ParsedCommand command, string flag, string problem) =>
        Given(command.Text(flag)) ?? throw new FatalException(problem);

    private static string? Given(string text) => text.Length == 0 ? null : text;

    private static string Or(string text, string otherwise) => text.Length == 0 ? otherwise : text;

    private static string ValidPort(string text, string flag) => ushort.TryParse(text, out var port) && port > 0
        ? text
        : throw new FatalException($"--{flag} must be a number from 1 to 65535, not \"{text}\"");
}
