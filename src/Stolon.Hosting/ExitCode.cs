namespace Stolon.Hosting;

/// <summary>The two exit codes scripts know (keeper.md 1.2, stolonctl.md 1).</summary>
public static class ExitCode
{
    /// <summary>Done, or stopped by a signal in order.</summary>
    public const int Success = 0;

    /// <summary>Wrong options, could not start, failed, or a command's negative answer.</summary>
    public const int Failure = 1;
}
