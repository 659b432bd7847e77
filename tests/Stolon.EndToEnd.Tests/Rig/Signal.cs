using System.Runtime.InteropServices;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Linux signals, by number (signal(7)).</summary>
public static partial class Signal
{
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>Sends it; a process that has ended already is none of our business.</summary>
    public static void Send(int processId, int signal) => _ = SendCore(processId, signal);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendCore(int processId, int signal);
}
