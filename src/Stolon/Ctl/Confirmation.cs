using Stolon.Hosting;

namespace Stolon.Ctl;

/// <summary>Asks before something that cannot be taken back (stolonctl.md 1).</summary>
internal static class Confirmation
{
    private const string Question = "Are you sure you want to continue? [yes/no] ";

    /// <summary>True: go on. False: the operator said no, and has been told so.</summary>
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
                    throw new FatalException("no answer: the input ended (use --yes to go on without being asked)");
                default:
                    await context.Output.WriteAsync("Please enter 'yes' or 'no'\n".AsMemory(), cancellationToken);
                    break;
            }
        }
    }
}
