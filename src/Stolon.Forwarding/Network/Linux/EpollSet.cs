using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Stolon.Forwarding.Network.Linux;

/// <summary>An epoll descriptor, and an event descriptor in it that wakes who waits (epoll(7), eventfd(2)).</summary>
internal sealed unsafe class EpollSet : IDisposable
{
    private const int MostAtOnce = 128;
    private const long WakeToken = -1;

    // struct epoll_event is packed on x86-64 only.
    private static readonly int TokenOffset = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 4 : 8;
    private static readonly int EntryBytes = TokenOffset + sizeof(long);

    private readonly byte[] _entries = GC.AllocateArray<byte>(MostAtOnce * EntryBytes, pinned: true);
    private readonly int _epoll;
    private readonly int _wake;

    public EpollSet()
    {
        _epoll = Libc.EpollCreate(Libc.CloseOnExec);
        if (_epoll < 0)
        {
            throw new SocketException((int)Errno.LastError);
        }

        _wake = Libc.EventDescriptor(0, Libc.CloseOnExec | Libc.NonBlocking);
        if (_wake < 0 || Add(_wake, Libc.In | Libc.EdgeTriggered, WakeToken) != SocketError.Success)
        {
            var error = Errno.LastError;
            Dispose();
            throw new SocketException((int)error);
        }
    }

    public int Wait(Span<Readiness> ready, int timeoutMilliseconds)
    {
        fixed (byte* entries = _entries)
        {
            var count = Libc.EpollWait(_epoll, entries, Math.Min(ready.Length, MostAtOnce), timeoutMilliseconds);
            var filled = 0;
            for (var i = 0; i < count; i++)
            {
                var entry = entries + (i * EntryBytes);
                var token = Unsafe.ReadUnaligned<long>(entry + TokenOffset);
                if (token != WakeToken)
                {
                    ready[filled++] = new Readiness(token, Meaning(Unsafe.ReadUnaligned<uint>(entry)));
                }
            }

            return filled;
        }
    }

    /// <summary>The event descriptor is edge-triggered and never read: each write wakes, and its counter needs
    /// centuries to be full.</summary>
    public void Wake()
    {
        var one = 1L;
        while (Libc.Write(_wake, (byte*)&one, sizeof(long)) < 0 && Errno.Last == Errno.Interrupted)
        {
        }
    }

    public SocketError Add(int descriptor, uint events, long token)
    {
        var entry = stackalloc byte[EntryBytes];
        Unsafe.WriteUnaligned(entry, events);
        Unsafe.WriteUnaligned(entry + TokenOffset, token);
        return Libc.EpollControl(_epoll, Libc.ControlAdd, descriptor, entry) == 0
            ? SocketError.Success
            : Errno.LastError;
    }

    public void Remove(int descriptor)
    {
        var unused = stackalloc byte[EntryBytes];
        _ = Libc.EpollControl(_epoll, Libc.ControlDelete, descriptor, unused);
    }

    public void Dispose()
    {
        if (_wake >= 0)
        {
            _ = Libc.Close(_wake);
        }

        _ = Libc.Close(_epoll);
    }

    private static Ready Meaning(uint events) =>
        ((events & Libc.In) != 0 ? Ready.Receive : Ready.None)
        | ((events & Libc.Out) != 0 ? Ready.Send : Ready.None)
        | ((events & Libc.ReadHangUp) != 0 ? Ready.Receive | Ready.PeerFinished : Ready.None)
        | ((events & (Libc.Error | Libc.HangUp)) != 0
            ? Ready.Receive | Ready.Send | Ready.PeerFinished | Ready.Broken
            : Ready.None);
}
