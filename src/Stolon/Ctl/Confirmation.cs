using Stolon.Hosting;

namespace Stolon.Ctl;

/// <summary>Asks for confirmation of a change that cannot be undone (docs/spec/stolonctl.md 1).</summary>
internal static class Confirmation
{
    private const string Question = "Are you sure you want to continue? [yes/no] ";

    /// <summary>True: continue. False: the answer was no, and "exiting" has been printed.</summary>
    /// <exception cref="FatalException">The input ended without an answer.</exception>
    public static async Task<bool> AskAsync(CtlContext context, CancellationToken cancellationToken)
    {
        while (true)
        {
            await context.Output.WriteAsync(Question.AsMemory(), cancellationToken);
            switch (await context.Input.ReadLineAsync(cancellationToken))
            {
                case "yes":
                    return true;
                case "no":
                    await context.Output.WriteAsync("exiting\n".AsMemory(), cancellationToken);
                    return false;
                case null:
                    throw new FatalException("no answer: the input ended (use --yes to skip the question)");
                default:
                    await context.Output.WriteAsync("Please enter 'yes' or 'no'\n".AsMemory(), cancellationToken);
                    break;
            }
        }
    }
}
