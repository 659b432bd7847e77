using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Wire.Go;

namespace Stolon.Proxy;

/// <summary>Reads options whose values have limits.</summary>
internal static class FlagRange
{
    /// <summary>Long enough for every option; the system's timers accept only some weeks.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(7);

    /// <exception cref="FatalException">It is out of range.</exception>
    public static TimeSpan Duration(ParsedCommand command, string name, TimeSpan least = default)
    {
        var value = command.Duration(name);
        return value >= least && value <= Longest
            ? value
            : throw new FatalException(
                $"--{name} must be from {GoDuration.Format(least)} to {GoDuration.Format(Longest)}, "
                + $"not {GoDuration.Format(value)}");
    }

    /// <exception cref="FatalException">It is not from 0 to <paramref name="most"/>.</exception>
    public static long Number(ParsedCommand command, string name, long most)
    {
        var value = command.Number(name);
        return value >= 0 && value <= most
            ? value
            : throw new FatalException($"--{name} must be from 0 to {most}, not {value}");
    }
}
