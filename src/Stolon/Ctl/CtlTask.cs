using Stolon.Core.Common;
using Stolon.Hosting;

namespace Stolon.Ctl;

/// <summary>What a command does, and how many arguments it takes.</summary>
internal sealed record CtlTask(Func<CtlContext, CancellationToken, Task<int>> RunAsync)
{
    /// <summary>More are an error; null = any number, ignored, as by the original.</summary>
    public int? MaximumArguments { get; init; }

    /// <summary>What to say when there is no argument; null = there need be none.</summary>
    public string? ArgumentRequired { get; init; }

    /// <exception cref="FatalException">Too many arguments or none.</exception>
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
