using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Stolon.Postgres.Processes;

/// <summary>A PostgreSQL server process (postmaster), our child or one that an earlier keeper left.</summary>
/// <remarks>A thread of its own waits for its end, so that a crash is known at once, and reaps it if it is our
/// child.</remarks>
internal sealed class ServerProcess
{
    private const int WatchStackBytes = 64 * 1024;

    /// <summary>How often we check when the kernel has no process handles (before 5.3, or forbidden by a
    /// sandbox).</summary>
    private const int FallbackPollMilliseconds = 250;

    private readonly SafeFileHandle _handle;
    private readonly bool _isChild;
    private readonly TaskCompletionSource _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServerProcess(int id, SafeFileHandle handle, bool isChild)
    {
        Id = id;
        _handle = handle;
        _isChild = isChild;
    }

    public int Id { get; }

    /// <summary>Completes when the process has ended, however it ended.</summary>
    public Task Exited => _exited.Task;

    public bool HasExited => _exited.Task.IsCompleted;

    /// <summary>Stopped by SIGSTOP: it keeps its clients' connections, and takes no new ones.</summary>
    public bool IsFrozen => ProcFiles.StateOf(Id) is 'T' or 't';

    /// <summary>Takes charge of a child of ours.</summary>
    public static ServerProcess OfChild(int id) =>
        new ServerProcess(id, ProcessCalls.OpenProcess(id), isChild: true).Watched();

    /// <summary>Takes charge of the process with this number if it is a server working in this directory.</summary>
    /// <param name="directory">The data directory, without links in its path.</param>
    /// <returns>Null: there is no such process, or it is another program's.</returns>
    public static ServerProcess? Adopt(int id, string directory)
    {
        // Open the handle first, then check: the check then applies to the process of the handle.
        var handle = ProcessCalls.OpenProcess(id);
        if (handle.IsInvalid && Marshal.GetLastPInvokeError() == ProcessCalls.NoSuchProcess)
        {
            return null;
        }

        if (ProcFiles.IsServerIn(id, directory))
        {
            return new ServerProcess(id, handle, isChild: false).Watched();
        }

        handle.Dispose();
        return null;
    }

    /// <returns>False: it has ended.</returns>
    public bool Signal(int signal) =>
        !HasExited && (_handle.IsInvalid ? ProcessCalls.Kill(Id, signal) == 0 : ProcessCalls.Signal(_handle, signal));

    private ServerProcess Watched()
    {
        new Thread(Watch, WatchStackBytes) { IsBackground = true, Name = $"postgres {Id}" }.Start();
        return this;
    }

    private void Watch()
    {
        if (_handle.IsInvalid)
        {
            WatchByPolling();
        }
        else
        {
            var descriptor = new ProcessCalls.PollDescriptor
            {
                Descriptor = (int)_handle.DangerousGetHandle(),
                Events = ProcessCalls.PollIn,
            };
            while (ProcessCalls.Poll(ref descriptor, 1, -1) < 0
                && Marshal.GetLastPInvokeError() == ProcessCalls.Interrupted)
            {
            }

            Reap(options: 0);
        }

        _exited.SetResult();
    }

    private void WatchByPolling()
    {
        const int DoNotHang = 1;
        var nothing = new ProcessCalls.PollDescriptor { Descriptor = -1 };
        while (_isChild ? Reap(DoNotHang) == 0 : ProcFiles.StateOf(Id) is not (null or 'Z'))
        {
            _ = ProcessCalls.Poll(ref nothing, 1, FallbackPollMilliseconds);
        }
    }

    private int Reap(int options) => _isChild ? ProcessCalls.WaitProcess(Id, out _, options) : Id;
}
