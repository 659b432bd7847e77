using Stolon.Agents;
using Stolon.Agents.Proxy;
using Stolon.Forwarding;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Options;
using Stolon.Hosting.Stores;

namespace Stolon.Proxy;

/// <summary>The program <c>stolon-proxy</c>: its command line, and the agent composed from it (docs/spec/proxy-rules.md
/// 1).</summary>
internal static class ProxyProgram
{
    public static AgentProgram Definition { get; } = new()
    {
        Component = "proxy",
        MetricsFailureIsFatal = true,
        Command = new CommandDefinition
        {
            Name = "stolon-proxy",
            Summary = "stolon proxy: forwards clients only to the elected primary",
            EnvironmentPrefix = "STPROXY",
            Version = ProgramVersion.Text,
            SharedFlags =
            [
                .. CommonFlags.Daemon,
                .. ForwardingFlags.Ports,
                .. ProxyFlags.All,
                .. ForwardingFlags.Clients,
            ],
        },
        ComposeAsync = (start, _) => Task.FromResult(Compose(start)),
    };

    private static Agent Compose(AgentStart start)
    {
        var common = CommonOptions.ReadValid(start.Command);
        var forwarding = ForwardingFlags.Read(start.Command);
        var reading = ForwardingFlags.ReadReadOnly(start.Command, forwarding);
        var options = ProxyFlags.Read(start.Command, start.Ids);
        var connection = StoreConnection.Open(common, start.Time, start.Logs.CreateLogger("store"));
        var ports = new ProxyPorts(
            ForwarderOf(forwarding, "forwarding", start),
            reading is null ? null : ForwarderOf(reading, "forwarding-ro", start));
        var agent = new ProxyAgent(
            connection.Store,
            ports,
            new DnsResolver(start.Time),
            options,
            start.Ids,
            start.Time,
            start.Logs.CreateLogger("proxy"));
        return new Agent { Common = common, RunAsync = token => RunAsync(agent, token) };
    }

    private static Forwarder ForwarderOf(ForwarderOptions options, string logger, AgentStart start) =>
        new(options, start.Time, start.Logs.CreateLogger(logger));

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
}
