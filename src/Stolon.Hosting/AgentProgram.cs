using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Options;

namespace Stolon.Hosting;

/// <summary>A program that runs until stopped: keeper, sentinel or proxy.</summary>
public sealed record AgentProgram
{
    /// <summary><c>keeper</c>, <c>sentinel</c> or <c>proxy</c>: a label of the metrics.</summary>
    public required string Component { get; init; }

    public required CommandDefinition Command { get; init; }

    /// <summary>Checks the options and composes the agent; a <see cref="FatalException"/> refuses the start.</summary>
    public required Func<AgentStart, CancellationToken, Task<Agent>> ComposeAsync { get; init; }

    /// <summary>When metrics cannot be served: true = FATAL, exit 1 (proxy); false = ERROR, exit 0
    /// (docs/spec/metrics.md 1).</summary>
    public bool MetricsFailureIsFatal { get; init; }
}

/// <summary>What an agent is composed from.</summary>
public sealed record AgentStart
{
    public required ParsedCommand Command { get; init; }

    public required ILoggerFactory Logs { get; init; }

    public required TimeProvider Time { get; init; }

    public required IIdSource Ids { get; init; }
}

/// <summary>A composed agent.</summary>
public sealed record Agent
{
    public required CommonOptions Common { get; init; }

    /// <summary>Runs until the first signal cancels the token, then stops in order. It may return or throw the
    /// cancellation.</summary>
    public required Func<CancellationToken, Task> RunAsync { get; init; }
}
