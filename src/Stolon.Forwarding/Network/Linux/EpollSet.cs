using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Stolon.Forwarding.Network.Linux;

/// <summary>An epoll instance with an event descriptor for wakes and a timer for timeouts of less than a millisecond
/// (epoll(7), eventfd(2), timerfd_create(2)).</summary>
internal sealed unsafe class EpollSet : IDisposable
{
    private const int MaxEvents = 128;
    private const long WakeToken = -1;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int TokenOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EntryBytes = TokenOffset + sizeof(long);

    private readonly byte[] _entries = GC.AllocateArray<byte>(MaxEvents * EntryBytes, pinned: true);
    private readonly int _epoll;
    private readonly int _wake = -1;
    private readonly int _timer = -1;

    public EpollSet()
    {
        _epoll = SocketCalls.EpollCreate(SocketCalls.CloseOnExec);
        if (_epoll < 0)
        {
            throw new SocketException((int)Errno.LastError);
        }

        _wake = AddWakeSource(SocketCalls.EventDescriptor(0, SocketCalls.CloseOnExec | SocketCalls.NonBlocking));
        _timer = AddWakeSource(SocketCalls.TimerDescriptor(
            SocketCalls.ClockMonotonic, SocketCalls.CloseOnExec | SocketCalls.NonBlocking));
    }

    public int Wait(Span<Readiness> ready, TimeSpan timeout)
    {
        var milliseconds = (int)Math.Clamp(Math.Ceiling(timeout.TotalMilliseconds), -1, int.MaxValue);
        if (timeout > TimeSpan.Zero && timeout < TimeSpan.FromMilliseconds(1))
        {
            milliseconds = TrySetTimer(timeout) ? -1 : 1;
        }

        fixed (byte* entries = _entries)
        {
            var count = SocketCalls.EpollWait(_epoll, entries, Math.Min(ready.Length, MaxEvents), milliseconds);
            var filled = 0;
            for (var i = 0; i < count; i++)
            {
                var entry = entries + (i * EntryBytes);
                var token = Unsafe.ReadUnaligned<long>(entry + TokenOffset);
                if (token != WakeToken)
                {
                    ready[filled++] = new Readiness(token, ToReady(Unsafe.ReadUnaligned<uint>(entry)));
                }
            }

            return filled;
        }
    }

    /// <summary>The event descriptor is edge-triggered and never read: each write wakes, and its counter overflows only
    /// after centuries.</summary>
    public void Wake()
    {
        var one = 1L;
        while (SocketCalls.Write(_wake, (byte*)&one, sizeof(long)) < 0 && Errno.Last == Errno.Interrupted)
        {
        }
    }

    public SocketError Add(int descriptor, uint events, long token) =>
        Control(SocketCalls.ControlAdd, descriptor, events, token);

    public SocketError Change(int descriptor, uint events, long token) =>
        Control(SocketCalls.ControlModify, descriptor, events, token);

    public void Remove(int descriptor)
    {
        var unused = stackalloc byte[EntryBytes];
        _ = SocketCalls.EpollControl(_epoll, SocketCalls.ControlDelete, descriptor, unused);
    }

    public void Dispose()
    {
        foreach (var descriptor in (ReadOnlySpan<int>)[_wake, _timer, _epoll])
        {
            if (descriptor >= 0)
            {
                _ = SocketCalls.Close(descriptor);
            }
        }
    }

    /// <exception cref="SocketException">The descriptor could not be created or added; all are closed.</exception>
    private int AddWakeSource(int descriptor)
    {
        if (descriptor >= 0
            && Add(descriptor, SocketCalls.In | SocketCalls.EdgeTriggered, WakeToken) == SocketError.Success)
        {
            return descriptor;
        }

        var error = Errno.LastError;
        if (descriptor >= 0)
        {
            _ = SocketCalls.Close(descriptor);
        }

        Dispose();
        throw new SocketException((int)error);
    }

    private SocketError Control(int operation, int descriptor, uint events, long token)
    {
        var entry = stackalloc byte[EntryBytes];
        Unsafe.WriteUnaligned(entry, events);
        Unsafe.WriteUnaligned(entry + TokenOffset, token);
        return SocketCalls.EpollControl(_epoll, operation, descriptor, entry) == 0
            ? SocketError.Success
            : Errno.LastError;
    }

    /// <summary>The timeout of epoll counts milliseconds. Like the event descriptor, the timer is never read: each
    /// setting restarts it, and an expiry that comes late causes one spurious wake.</summary>
    private bool TrySetTimer(TimeSpan lessThanASecond)
    {
        var setting = stackalloc long[] { 0, 0, 0, lessThanASecond.Ticks * TimeSpan.NanosecondsPerTick };
        return SocketCalls.SetTimer(_timer, 0, setting, null) == 0;
    }

    private static Ready ToReady(uint events) =>
        ((events & SocketCalls.In) != 0 ? Ready.Receive : Ready.None)
        | ((events & SocketCalls.Out) != 0 ? Ready.Send : Ready.None)
        | ((events & SocketCalls.ReadHangUp) != 0 ? Ready.Receive | Ready.PeerFinished : Ready.None)
        | ((events & (SocketCalls.Error | SocketCalls.HangUp)) != 0
            ? Ready.Receive | Ready.Send | Ready.PeerFinished | Ready.Broken
            : Ready.None);
}
