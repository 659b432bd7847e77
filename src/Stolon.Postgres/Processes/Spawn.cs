using System.Runtime.InteropServices;

namespace Stolon.Postgres.Processes;

/// <summary>Starts a program in a session of its own (docs/adr/0007-postgres-as-child.md).</summary>
/// <remarks>.NET's Process leaves its children in our session, where Ctrl-C and the hang-up of a terminal reach
/// them.</remarks>
internal static unsafe partial class Spawn
{
    // glibc and musl need at most 336 bytes for either structure, 128 for a signal set.
    private const int OpaqueBytes = 1024;

    private const short SetSignalDefaults = 0x04;
    private const short SetSignalMask = 0x08;
    private const short SetSession = 0x80;

    private const int WriteOnly = 0x1;
    private const int NotOurTerminal = 0x100;
    private const int NotWaiting = 0x800;

    /// <summary>Standard output and error are ours, standard input is empty. A terminal is opened again in non-blocking
    /// mode: one that is no longer read loses the program's lines, but does not block it (docs/spec/process-contract.md
    /// 1).</summary>
    /// <param name="arguments">Without the program's own name.</param>
    /// <returns>The process id of the child, which the caller must wait for.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">Not started.</exception>
    public static int InOwnSession(
        string program, IReadOnlyList<string> arguments, IEnumerable<KeyValuePair<string, string>> environment)
    {
        var opaque = (byte*)NativeMemory.AllocZeroed(4 * OpaqueBytes);
        var attributes = opaque;
        var actions = opaque + OpaqueBytes;
        var allSignals = opaque + (2 * OpaqueBytes);
        var noSignals = opaque + (3 * OpaqueBytes);
        var argv = StringArray([program, .. arguments]);
        var envp = StringArray([.. environment.Select(v => $"{v.Key}={v.Value}")]);
        try
        {
            Check(AttributesInit(attributes));
            Check(AttributesSetFlags(attributes, SetSignalDefaults | SetSignalMask | SetSession));

            // .NET ignores SIGPIPE and may block others in the spawning thread; both would be inherited.
            _ = SignalSetFill(allSignals);
            _ = SignalSetEmpty(noSignals);
            Check(AttributesSetSignalDefaults(attributes, allSignals));
            Check(AttributesSetSignalMask(attributes, noSignals));
            Check(ActionsInit(actions));
            Check(ActionsAddOpen(actions, 0, "/dev/null", 0, 0));
            foreach (var output in (ReadOnlySpan<int>)[1, 2])
            {
                if (ProcessCalls.WritableTerminal(output) is { } terminal)
                {
                    const int Flags = WriteOnly | NotOurTerminal | NotWaiting;
                    Check(ActionsAddOpen(actions, output, terminal, Flags, 0));
                }
            }

            Check(PosixSpawn(out var processId, program, actions, attributes, argv, envp));
            return processId;
        }
        finally
        {
            _ = ActionsDestroy(actions);
            _ = AttributesDestroy(attributes);
            FreeStringArray(argv);
            FreeStringArray(envp);
            NativeMemory.Free(opaque);
        }
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new System.ComponentModel.Win32Exception(error);
        }
    }

    private static nint* StringArray(IReadOnlyList<string> strings)
    {
        var array = (nint*)NativeMemory.AllocZeroed((nuint)(strings.Count + 1), (nuint)sizeof(nint));
        for (var at = 0; at < strings.Count; at++)
        {
            array[at] = Marshal.StringToCoTaskMemUTF8(strings[at]);
        }

        return array;
    }

    private static void FreeStringArray(nint* array)
    {
        for (var at = 0; array[at] != 0; at++)
        {
            Marshal.FreeCoTaskMem(array[at]);
        }

        NativeMemory.Free(array);
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int PosixSpawn(
        out int processId, string path, byte* actions, byte* attributes, nint* arguments, nint* environment);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int AttributesInit(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int AttributesDestroy(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
    private static partial int AttributesSetSignalDefaults(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
    private static partial int AttributesSetSignalMask(byte* attributes, byte* signals);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int ActionsInit(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int ActionsDestroy(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ActionsAddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "sigfillset")]
    private static partial int SignalSetFill(byte* signals);

    [LibraryImport("libc", EntryPoint = "sigemptyset")]
    private static partial int SignalSetEmpty(byte* signals);
}
