using Stolon.Core.Common;

namespace Stolon.Hosting.CommandLine;

/// <summary>The result of parsing a command line.</summary>
public abstract record CommandLineOutcome
{
    private CommandLineOutcome()
    {
    }

    /// <summary>Lines for standard error about deprecated flags, in the order in which they were set.</summary>
    public ValueList<string> Notices { get; init; } = ValueList<string>.Empty;

    /// <summary>Run the command.</summary>
    public sealed record Run(ParsedCommand Command) : CommandLineOutcome;

    /// <summary>Print <paramref name="Text"/> (help or version) on standard output and exit with code 0.</summary>
    public sealed record Print(string Text) : CommandLineOutcome;

    /// <summary>Exit with code 1.</summary>
    /// <param name="Error">For the FATAL line, without "Error:".</param>
    /// <param name="Explanation">For standard error before it, with the usage; empty: none.</param>
    public sealed record Refuse(string Error, string Explanation) : CommandLineOutcome;

    public T Match<T>(Func<Run, T> run, Func<Print, T> print, Func<Refuse, T> refuse) => this switch
    {
        Run r => run(r),
        Print p => print(p),
        Refuse r => refuse(r),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
