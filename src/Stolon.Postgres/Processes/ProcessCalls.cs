using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Stolon.Postgres.Processes;

/// <summary>The calls of the C library that .NET has no name for. Numbers and structures are Linux's, the same on x64
/// and arm64.</summary>
internal static partial class ProcessCalls
{
    public const int SignalHangUp = 1;
    public const int SignalInterrupt = 2;
    public const int SignalKill = 9;
    public const int SignalTerminate = 15;

    public const int NoSuchProcess = 3;
    public const int Interrupted = 4;

    private const int BadDescriptor = 9;
    private const int InvalidArgument = 22;

    public const short PollIn = 1;

    private const int MayWrite = 2;

    private const int OpenReadOnlyCloseOnExec = 0x80000;
    private const int SystemCallPidfdSendSignal = 424;
    private const int SystemCallPidfdOpen = 434;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    /// <summary>A handle of a process that never refers to a later process with the same number (Linux 5.3,
    /// pidfd_open(2)).</summary>
    /// <returns>An invalid handle on failure; the error is the last P/Invoke error.</returns>
    public static SafeFileHandle OpenProcess(int processId)
    {
        var descriptor = SystemCall(SystemCallPidfdOpen, processId, 0, 0, 0);
        return new SafeFileHandle(descriptor, ownsHandle: descriptor >= 0);
    }

    /// <returns>False: the process has ended.</returns>
    public static bool Signal(SafeFileHandle process, int signal) =>
        SystemCall(SystemCallPidfdSendSignal, process, signal, 0, 0) == 0;

    /// <summary>fsync(2) of a directory: makes a rename in it durable. .NET opens files only.</summary>
    /// <returns>False on an input/output error. File systems that cannot do it for directories are forgiven, as
    /// PostgreSQL does.</returns>
    public static bool SynchronizeDirectory(string path)
    {
        var descriptor = Open(path, OpenReadOnlyCloseOnExec);
        using var handle = new SafeFileHandle(descriptor, ownsHandle: descriptor >= 0);
        return !handle.IsInvalid
            && (Synchronize(handle) == 0 || Marshal.GetLastPInvokeError() is BadDescriptor or InvalidArgument);
    }

    /// <summary>The path of the terminal behind a descriptor. Null: it is none, or may not be opened.</summary>
    public static string? WritableTerminal(int descriptor)
    {
        var name = new byte[64];
        if (TerminalName(descriptor, name, (nuint)name.Length) != 0)
        {
            return null;
        }

        var path = System.Text.Encoding.UTF8.GetString(name.AsSpan(0, Array.IndexOf(name, (byte)0)));
        return Access(path, MayWrite) == 0 ? path : null;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    public static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
    public static partial int WaitProcess(int processId, out int status, int options);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(ref PollDescriptor descriptor, nuint count, int milliseconds);

    /// <summary>The path with every link in it followed; null when there is no such file.</summary>
    [LibraryImport("libc", EntryPoint = "realpath", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial string? RealPath(string path, nint buffer);

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Rename(string from, string to);

    /// <summary>Whether this process may make, rename and delete entries of a directory.</summary>
    public static bool MayChange(string directory) => Access(directory, MayWrite) == 0;

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second, nint third, nint fourth);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, SafeFileHandle first, nint second, nint third, nint fourth);

    [LibraryImport("libc", EntryPoint = "ttyname_r")]
    private static partial int TerminalName(int descriptor, Span<byte> name, nuint length);

    [LibraryImport("libc", EntryPoint = "access", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronize(SafeFileHandle handle);
}
