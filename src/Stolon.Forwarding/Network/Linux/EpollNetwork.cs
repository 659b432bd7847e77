using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Network.Linux;

/// <summary>Sockets by direct system calls, readiness by epoll, edge-triggered: no call but those that move data, and
/// no task, buffer or object for a connection that is idle.</summary>
internal sealed unsafe class EpollNetwork : INetwork
{
    private const int NoFamilyBytes = 16;

    private readonly EpollSet _set;
    private readonly SocketOptions _options;

    /// <param name="options">Of connections to destinations; clients inherit the listening socket's.</param>
    /// <exception cref="SocketException">No descriptor is left for it.</exception>
    public EpollNetwork(SocketOptions options) => (_set, _options) = (new EpollSet(), options);

    public int Wait(Span<Readiness> ready, TimeSpan timeout) => _set.Wait(ready, timeout);

    public void Wake() => _set.Wake();

    // Not SO_REUSEPORT: with it, a second proxy started on the same port by mistake would share it instead of failing.
    public SocketError Listen(Socket listener, long token) =>
        _set.Add(Descriptor(listener), Libc.In | Libc.Exclusive, token);

    public void StopListening(Socket listener) => _set.Remove(Descriptor(listener));

    public SocketError Accept(Socket listener, out int client)
    {
        do
        {
            client = Libc.Accept(Descriptor(listener), null, null, Libc.NonBlocking | Libc.CloseOnExec);
        }
        while (client < 0 && Errno.Last == Errno.Interrupted);
        return client >= 0 ? SocketError.Success : Errno.LastError;
    }

    public SocketError Open(IPEndPoint address, out int socket)
    {
        var family = address.AddressFamily == AddressFamily.InterNetworkV6 ? Libc.InterNetworkV6 : Libc.InterNetwork;
        socket = Libc.Socket(family, Libc.Stream | Libc.NonBlocking | Libc.CloseOnExec, 0);
        if (socket < 0)
        {
            return Errno.LastError;
        }

        Set(socket, Libc.LevelTcp, Libc.OptionNoDelay, 1);
        Set(socket, Libc.LevelSocket, Libc.OptionKeepAlive, 1);
        Set(socket, Libc.LevelTcp, Libc.OptionKeepAliveIdle, _options.KeepAliveIdleSeconds);
        Set(socket, Libc.LevelTcp, Libc.OptionKeepAliveInterval, _options.KeepAliveIntervalSeconds);
        SetIfGiven(socket, Libc.OptionKeepAliveCount, _options.KeepAliveProbes);
        SetIfGiven(socket, Libc.OptionUserTimeout, _options.UserTimeoutMilliseconds);
        return SocketError.Success;
    }

    public SocketError Connect(int socket, IPEndPoint address)
    {
        var native = address.Serialize();
        int result;
        fixed (byte* bytes = native.Buffer.Span)
        {
            result = Libc.Connect(socket, bytes, native.Size);
        }

        // An interrupted connect goes on by itself.
        return result == 0 ? SocketError.Success
            : Errno.Last == Errno.Interrupted ? SocketError.InProgress : Errno.LastError;
    }

    public SocketError FailureOf(int socket)
    {
        int errno;
        var length = sizeof(int);
        return Libc.GetOption(socket, Libc.LevelSocket, Libc.OptionError, &errno, &length) == 0
            ? Errno.Name(errno)
            : Errno.LastError;
    }

    public SocketError Watch(int socket, long token) =>
        _set.Add(socket, Libc.In | Libc.Out | Libc.ReadHangUp | Libc.EdgeTriggered, token);

    public SocketError SetInterest(int socket, long token, bool toData) =>
        _set.Change(socket, (toData ? Libc.In : 0) | Libc.Out | Libc.ReadHangUp | Libc.EdgeTriggered, token);

    public int Receive(int socket, Span<byte> buffer, out SocketError error)
    {
        nint count;
        fixed (byte* bytes = buffer)
        {
            do
            {
                count = Libc.Receive(socket, bytes, (nuint)buffer.Length, 0);
            }
            while (count < 0 && Errno.Last == Errno.Interrupted);
        }

        error = count >= 0 ? SocketError.Success : Errno.LastError;
        return (int)count;
    }

    public int Send(int socket, ReadOnlySpan<byte> bytes, out SocketError error)
    {
        nint count;
        fixed (byte* first = bytes)
        {
            do
            {
                count = Libc.Send(socket, first, (nuint)bytes.Length, Libc.NoSignal);
            }
            while (count < 0 && Errno.Last == Errno.Interrupted);
        }

        error = count >= 0 ? SocketError.Success : Errno.LastError;
        return (int)count;
    }

    public SocketError FinishSending(int socket) =>
        Libc.Shutdown(socket, Libc.ShutdownSend) == 0 ? SocketError.Success : Errno.LastError;

    public (IPEndPoint Remote, IPEndPoint Local)? EndsOf(int socket)
    {
        try
        {
            using var view = new Socket(new SafeSocketHandle(socket, ownsHandle: false));
            return (view.RemoteEndPoint, view.LocalEndPoint) is (IPEndPoint remote, IPEndPoint local)
                ? (remote, local)
                : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public void Reset(int socket)
    {
        // To connect to an address of no family dissolves the connection, by a reset (connect(2)).
        var address = stackalloc byte[NoFamilyBytes];
        new Span<byte>(address, NoFamilyBytes).Clear();
        _ = Libc.Connect(socket, address, NoFamilyBytes);
    }

    public void Close(int socket, bool abortive)
    {
        if (abortive)
        {
            var linger = stackalloc int[] { 1, 0 };
            _ = Libc.SetOption(socket, Libc.LevelSocket, Libc.OptionLinger, linger, 2 * sizeof(int));
        }

        // Whatever it says, Linux has released the descriptor: to close it again could close another's.
        _ = Libc.Close(socket);
    }

    public void Dispose() => _set.Dispose();

    private static int Descriptor(Socket socket) => (int)socket.Handle;

    private static void SetIfGiven(int socket, int name, int value)
    {
        if (value > 0)
        {
            Set(socket, Libc.LevelTcp, name, value);
        }
    }

    /// <summary>A value out of the system's range leaves the system's default.</summary>
    private static void Set(int socket, int level, int name, int value) =>
        _ = Libc.SetOption(socket, level, name, &value, sizeof(int));
}
