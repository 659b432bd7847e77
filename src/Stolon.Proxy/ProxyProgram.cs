using Stolon.Agents;
using Stolon.Agents.Proxying;
using Stolon.Core.Model;
using Stolon.Forwarding;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Options;
using Stolon.Hosting.Stores;

namespace Stolon.Proxy;

/// <summary>The program <c>stolon-proxy</c>: its command line, and the agent put together from it (proxy.md
/// 1).</summary>
internal static class ProxyProgram
{
    private const string ListenAddress = "listen-address";
    private const string Port = "port";
    private const string StopListening = "stop-listening";
    private const string Idle = "tcp-keepalive-idle";
    private const string Count = "tcp-keepalive-count";
    private const string Interval = "tcp-keepalive-interval";

    public static AgentProgram Definition { get; } = new()
    {
        Component = "proxy",
        MetricsFailureIsFatal = true,
        Command = new CommandDefinition
        {
            Name = "stolon-proxy",
            Summary = "stolon proxy: forwards clients to the elected primary and to nobody else",
            EnvironmentPrefix = "STPROXY",
            Version = ProgramVersion.Text,
            SharedFlags =
            [
                .. CommonFlags.Daemon,
                FlagDefinition.Text(ListenAddress, "127.0.0.1", "address to listen on for clients"),
                FlagDefinition.Text(Port, "5432", "port to listen on for clients"),
                FlagDefinition.Switch(StopListening, true, "close the port when the store was silent for too long"),
                FlagDefinition.Number(Idle, 0, "seconds of silence before a client is probed (0: system default)"),
                FlagDefinition.Number(Count, 0, "unanswered probes before a client is given up (0: system default)"),
                FlagDefinition.Number(Interval, 0, "seconds between probes (0: system default)"),
            ],
        },
        ComposeAsync = (start, _) => Task.FromResult(Compose(start)),
    };

    private static Agent Compose(AgentStart start)
    {
        var common = CommonOptions.ReadValid(start.Command);
        var forwarding = ReadForwarding(start.Command);
        var options = new ProxyOptions
        {
            Uid = new ProxyUid(start.Ids.NextUid()),
            StopListening = start.Command.Switch(StopListening),
        };
        var connection = StoreConnection.Open(common, start.Time, start.Logs.CreateLogger("store"));
        var forwarder = new Forwarder(forwarding, start.Time, start.Logs.CreateLogger("forwarding"));
        var agent = new ProxyAgent(
            connection.Store,
            forwarder,
            new DnsResolver(start.Time),
            options,
            start.Ids,
            start.Time,
            start.Logs.CreateLogger("proxy"));
        return new Agent { Common = common, RunAsync = token => RunAsync(agent, token) };
    }

    private static async Task RunAsync(ProxyAgent agent, CancellationToken cancellationToken)
    {
        try
        {
            await agent.RunAsync(cancellationToken);
        }
        catch (AgentStoppedException e)
        {
            throw new FatalException(e.Message, e);
        }
    }

    private static ForwarderOptions ReadForwarding(ParsedCommand command)
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
            Port = ReadPort(command.Text(Port)),
            KeepAlive = new KeepAliveSettings
            {
                Idle = TimeSpan.FromSeconds(command.Number(Idle)),
                Probes = (int)command.Number(Count),
                Interval = TimeSpan.FromSeconds(command.Number(Interval)),
            },
        };
    }

    private static int ReadPort(string text) => ushort.TryParse(text, out var port)
        ? port
        : throw new FatalException($"--port must be a number from 0 to 65535, not \"{text}\"");
}
