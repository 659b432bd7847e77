using Stolon.Agents.Proxy;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Proxy;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;

namespace Stolon.Proxy;

/// <summary>The options of the agent: when its ports close, and the destinations of the read-only port.</summary>
internal static class ProxyFlags
{
    private const string StopListening = "stop-listening";
    private const string DrainTimeout = "drain-timeout";
    private const string MaxLag = "ro-max-lag";
    private const string MaxLagBytes = "ro-max-lag-bytes";
    private const string FallbackToPrimary = "ro-fallback-to-primary";
    private static readonly ReadLimits Limits = new();

    public static IReadOnlyList<FlagDefinition> All { get; } =
    [
        FlagDefinition.Duration(
            MaxLag, Limits.MaxLag, "how long a standby may be behind to serve read-only clients (0: no limit)"),
        FlagDefinition.Number(
            MaxLagBytes, Limits.MaxLagBytes, "bytes a standby may be behind to serve read-only clients (0: no limit)"),
        FlagDefinition.Switch(
            FallbackToPrimary, false, "forward read-only clients to the primary while there is no standby"),
        FlagDefinition.Switch(
            StopListening, true, "close the ports when the store has not answered for the proxy timeout"),
        FlagDefinition.Duration(DrainTimeout, TimeSpan.Zero, "how long clients may finish at the end (0: not at all)"),
    ];

    /// <exception cref="FatalException">An option is out of range; the message names it.</exception>
    public static ProxyOptions Read(ParsedCommand command, IIdSource ids) => new()
    {
        Uid = new ProxyUid(ids.NextUid()),
        StopListening = command.Switch(StopListening),
        ReadLimits = new ReadLimits
        {
            MaxLag = FlagRange.Duration(command, MaxLag),
            MaxLagBytes = FlagRange.Number(command, MaxLagBytes, long.MaxValue),
        },
        ReadFromPrimary = command.Switch(FallbackToPrimary),
        DrainTimeout = FlagRange.Duration(command, DrainTimeout),
    };
}
