using Stolon.Hosting.CommandLine;

namespace Stolon.Hosting;

/// <summary>The first step of every program: what do the arguments ask for?</summary>
internal static class EntryPoint
{
    /// <summary>The command to run; null when help or the version was asked for and has been printed.</summary>
    /// <exception cref="FatalException">Refused; usage has been printed.</exception>
    public static ParsedCommand? Read(
        CommandDefinition root, IReadOnlyList<string> arguments, ProcessEnvironment environment)
    {
        var outcome = CommandLineParser.Parse(root, arguments, environment.Variable);
        foreach (var notice in outcome.Notices)
        {
            ProcessEnvironment.Write(environment.Error, notice + "\n");
        }

        return outcome.Match<ParsedCommand?>(
            run => run.Command,
            print =>
            {
                ProcessEnvironment.Write(environment.Output, print.Text);
                return null;
            },
            refuse =>
            {
                ProcessEnvironment.Write(environment.Error, refuse.Explanation);
                throw new FatalException(refuse.Error);
            });
    }
}
