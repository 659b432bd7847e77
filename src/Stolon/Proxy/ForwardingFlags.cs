using Stolon.Forwarding;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;

namespace Stolon.Proxy;

/// <summary>The options of the data path, for both ports. Features that stolon does not have are off by
/// default.</summary>
internal static class ForwardingFlags
{
    private const string ListenAddress = "listen-address";
    private const string Port = "port";
    private const string ReadOnlyPort = "ro-port";
    private const string Idle = "tcp-keepalive-idle";
    private const string Count = "tcp-keepalive-count";
    private const string Interval = "tcp-keepalive-interval";
    private const string UserTimeout = "tcp-user-timeout";
    private const string DialTimeout = "dial-timeout";
    private const string MaxWait = "wait-for-primary";
    private const string MaxConnections = "max-connections";
    private const string ExplainRefusals = "explain-refusals";
    private const string ProxyProtocol = "proxy-protocol";
    private const string UnixSocketDirectory = "unix-socket-directory";
    private const string Threads = "threads";
    private const int MostThreads = 1024;

    /// <summary>Where clients connect.</summary>
    public static IReadOnlyList<FlagDefinition> Ports { get; } =
    [
        FlagDefinition.Text(ListenAddress, "127.0.0.1", "address to listen on for clients"),
        FlagDefinition.Text(Port, "5432", "port to listen on for clients"),
        FlagDefinition.Text(ReadOnlyPort, "", "port for read-only clients, forwarded to standbys (empty: none)"),
        FlagDefinition.Text(UnixSocketDirectory, "", "directory for an additional socket, .s.PGSQL.PORT (empty: none)"),
    ];

    /// <summary>How clients are forwarded.</summary>
    public static IReadOnlyList<FlagDefinition> Clients { get; } =
    [
        FlagDefinition.Duration(MaxWait, TimeSpan.Zero, "how long a new client waits for a server (0: no wait)"),
        FlagDefinition.Number(MaxConnections, 0, "most clients at a time at each port; more are refused (0: no limit)"),
        FlagDefinition.Switch(ExplainRefusals, false, "send a refused client the reason, as error 57P03"),
        FlagDefinition.Duration(DialTimeout, TimeSpan.FromSeconds(10), "timeout of a connection to a server"),
        FlagDefinition.Switch(ProxyProtocol, false, "send the client's address to the server (PROXY protocol v2)"),
        FlagDefinition.Number(Idle, 0, "seconds of silence before a client is probed (0: system default)"),
        FlagDefinition.Number(Count, 0, "unanswered probes before a client is disconnected (0: system default)"),
        FlagDefinition.Number(Interval, 0, "seconds between probes (0: system default)"),
        FlagDefinition.Duration(UserTimeout, TimeSpan.Zero, "how long sent data may go unacknowledged (0: system's)"),
        FlagDefinition.Number(Threads, 0, "threads that forward, for each port (0: one for each processor)"),
    ];

    /// <summary>The options of the primary's port.</summary>
    /// <exception cref="FatalException">An option is out of range; the message names it.</exception>
    public static ForwarderOptions Read(ParsedCommand command)
    {
        foreach (var name in (ReadOnlySpan<string>)[Idle, Count, Interval])
        {
            if (command.Number(name) is < 0 or > int.MaxValue)
            {
                throw new FatalException($"{name.Replace('-', ' ')} must be 0 or more, not {command.Number(name)}");
            }
        }

        return new ForwarderOptions
        {
            ListenAddress = command.Text(ListenAddress),
            Port = ReadPort(Port, command.Text(Port)),
            UnixSocketDirectory = command.Text(UnixSocketDirectory) is { Length: > 0 } directory ? directory : null,
            KeepAlive = new KeepAliveSettings
            {
                Idle = TimeSpan.FromSeconds(command.Number(Idle)),
                Probes = (int)command.Number(Count),
                Interval = TimeSpan.FromSeconds(command.Number(Interval)),
            },
            UserTimeout = FlagRange.Duration(command, UserTimeout),
            DialTimeout = FlagRange.Duration(command, DialTimeout, least: TimeSpan.FromMilliseconds(1)),
            MaxWait = FlagRange.Duration(command, MaxWait),
            MaxConnections = (int)FlagRange.Number(command, MaxConnections, int.MaxValue),
            ExplainRefusals = command.Switch(ExplainRefusals),
            ProxyProtocol = command.Switch(ProxyProtocol),
            Threads = (int)FlagRange.Number(command, Threads, MostThreads),
        };
    }

    /// <summary>The options of the read-only port, which differ only in the port; null: there is none.</summary>
    /// <exception cref="FatalException">The port is invalid, or that of the primary.</exception>
    public static ForwarderOptions? ReadReadOnly(ParsedCommand command, ForwarderOptions primary)
    {
        if (command.Text(ReadOnlyPort) is not { Length: > 0 } text)
        {
            return null;
        }

        var port = ReadPort(ReadOnlyPort, text);
        return port == primary.Port && port != 0
            ? throw new FatalException($"--{ReadOnlyPort} must be another port than --{Port}: both are {port}")
            : primary with { Label = "read_only", Port = port };
    }

    private static int ReadPort(string name, string text) => ushort.TryParse(text, out var port)
        ? port
        : throw new FatalException($"--{name} must be a number from 0 to 65535, not \"{text}\"");
}
