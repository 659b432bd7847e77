using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Network.Linux;

/// <summary>Direct system calls with edge-triggered epoll: few calls besides those that transfer data, and no task or
/// buffer for an idle connection.</summary>
internal sealed unsafe class EpollNetwork : INetwork
{
    private const int NoFamilyBytes = 16;

    private readonly EpollSet _set;
    private readonly SocketOptions _options;

    /// <param name="options">For connections to destinations; clients inherit those of the listening socket.</param>
    /// <exception cref="SocketException">No descriptor is left.</exception>
    public EpollNetwork(SocketOptions options) => (_set, _options) = (new EpollSet(), options);

    public int Wait(Span<Readiness> ready, TimeSpan timeout) => _set.Wait(ready, timeout);

    public void Wake() => _set.Wake();

    // No SO_REUSEPORT: a second proxy, started on the same port by mistake, must fail instead of sharing the port.
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

        // An interrupted connect continues asynchronously.
        return result == 0 ? SocketError.Success
            : Errno.Last == Errno.Interrupted ? SocketError.InProgress : Errno.LastError;
    }

    public SocketError FailureOf(int socket)
    {
        int errno;
        var length = sizeof(int);
        return Libc.GetOption(socket, Libc.LevelSocket, Libc.OptionError, &errno, &length) == 0
            ? Errno.ToSocketError(errno)
            : Errno.LastError;
    }

    public SocketError Watch(int socket, long token) =>
        _set.Add(socket, Libc.In | Libc.Out | Libc.ReadHangUp | Libc.EdgeTriggered, token);

    public SocketError SetInterest(int socket, long token, bool includingData) =>
        _set.Change(socket, (includingData ? Libc.In : 0) | Libc.Out | Libc.ReadHangUp | Libc.EdgeTriggered, token);

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
        // A connect to an address with the family AF_UNSPEC resets the connection (connect(2)).
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

        // Linux releases the descriptor even if close fails: a second close could close another socket.
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

    /// <summary>If the system rejects the value, its default remains.</summary>
    private static void Set(int socket, int level, int name, int value) =>
        _ = Libc.SetOption(socket, level, name, &value, sizeof(int));
}
