namespace Stolon.Hosting;

/// <summary>The exit codes (docs/spec/keeper.md 1.2, docs/spec/stolonctl.md 1).</summary>
public static class ExitCode
{
    /// <summary>Done, or stopped in order by a signal.</summary>
    public const int Success = 0;

    /// <summary>Invalid options, could not start, failed, or a negative result of a command.</summary>
    public const int Failure = 1;
}
