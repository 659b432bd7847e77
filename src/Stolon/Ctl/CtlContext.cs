using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;

namespace Stolon.Ctl;

/// <summary>The environment of a command.</summary>
internal sealed record CtlContext
{
    public required ParsedCommand Command { get; init; }

    public required IClusterStore Store { get; init; }

    public required IElection Election { get; init; }

    public required TextReader Input { get; init; }

    /// <summary>Results.</summary>
    public required TextWriter Output { get; init; }

    /// <summary>Notes that are not results. Errors are thrown.</summary>
    public required TextWriter Error { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>For commands that run until stopped.</summary>
    public required ProcessEnvironment ProcessEnvironment { get; init; }

    public required IIdSource Ids { get; init; }
}
