using Stolon.Core.Common;
using Stolon.Hosting;

namespace Stolon.Ctl;

/// <summary>The action of a command, and how many arguments it accepts.</summary>
internal sealed record CtlTask(Func<CtlContext, CancellationToken, Task<int>> RunAsync)
{
    /// <summary>More arguments are an error; null: any number is ignored, as by the original.</summary>
    public int? MaximumArguments { get; init; }

    /// <summary>The error without an argument; null: none is required.</summary>
    public string? ArgumentRequired { get; init; }

    /// <exception cref="FatalException">Too many arguments, or a missing one.</exception>
    public void Check(ValueList<string> arguments)
    {
        if (arguments.Count > MaximumArguments)
        {
            throw new FatalException("too many arguments");
        }

        if (ArgumentRequired is not null && arguments.IsEmpty)
        {
            throw new FatalException(ArgumentRequired);
        }
    }
}
