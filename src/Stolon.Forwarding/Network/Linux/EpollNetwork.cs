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
        _set.Add(Descriptor(listener), SocketCalls.In | SocketCalls.Exclusive, token);

    public void StopListening(Socket listener) => _set.Remove(Descriptor(listener));

    public SocketError Accept(Socket listener, out int client)
    {
        do
        {
            client = SocketCalls.Accept(
                Descriptor(listener), null, null, SocketCalls.NonBlocking | SocketCalls.CloseOnExec);
        }
        while (client < 0 && Errno.Last == Errno.Interrupted);
        return client >= 0 ? SocketError.Success : Errno.LastError;
    }

    public SocketError Open(IPEndPoint address, out int socket)
    {
        var family = address.AddressFamily == AddressFamily.InterNetworkV6
            ? SocketCalls.InterNetworkV6
            : SocketCalls.InterNetwork;
        socket = SocketCalls.Socket(family, SocketCalls.Stream | SocketCalls.NonBlocking | SocketCalls.CloseOnExec, 0);
        if (socket < 0)
        {
            return Errno.LastError;
        }

        Set(socket, SocketCalls.LevelTcp, SocketCalls.OptionNoDelay, 1);
        Set(socket, SocketCalls.LevelSocket, SocketCalls.OptionKeepAlive, 1);
        Set(socket, SocketCalls.LevelTcp, SocketCalls.OptionKeepAliveIdle, _options.KeepAliveIdleSeconds);
        Set(socket, SocketCalls.LevelTcp, SocketCalls.OptionKeepAliveInterval, _options.KeepAliveIntervalSeconds);
        SetIfGiven(socket, SocketCalls.OptionKeepAliveCount, _options.KeepAliveProbes);
        SetIfGiven(socket, SocketCalls.OptionUserTimeout, _options.UserTimeoutMilliseconds);
        return SocketError.Success;
    }

    public SocketError Connect(int socket, IPEndPoint address)
    {
        var native = address.Serialize();
        int result;
        fixed (byte* bytes = native.Buffer.Span)
        {
            result = SocketCalls.Connect(socket, bytes, native.Size);
        }

        // An interrupted connect continues asynchronously.
        return result == 0 ? SocketError.Success
            : Errno.Last == Errno.Interrupted ? SocketError.InProgress : Errno.LastError;
    }

    public SocketError FailureOf(int socket)
    {
        int errno;
        var length = sizeof(int);
        return SocketCalls.GetOption(socket, SocketCalls.LevelSocket, SocketCalls.OptionError, &errno, &length) == 0
            ? Errno.ToSocketError(errno)
            : Errno.LastError;
    }

    public SocketError Watch(int socket, long token) =>
        _set.Add(socket, SocketCalls.In | SocketCalls.Out | SocketCalls.ReadHangUp | SocketCalls.EdgeTriggered, token);

    public SocketError SetInterest(int socket, long token, bool includingData) =>
        _set.Change(
            socket,
            (includingData ? SocketCalls.In : 0)
                | SocketCalls.Out | SocketCalls.ReadHangUp | SocketCalls.EdgeTriggered,
            token);

    public int Receive(int socket, Span<byte> buffer, out SocketError error)
    {
        nint count;
        fixed (byte* bytes = buffer)
        {
            do
            {
                count = SocketCalls.Receive(socket, bytes, (nuint)buffer.Length, 0);
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
                count = SocketCalls.Send(socket, first, (nuint)bytes.Length, SocketCalls.NoSignal);
            }
            while (count < 0 && Errno.Last == Errno.Interrupted);
        }

        error = count >= 0 ? SocketError.Success : Errno.LastError;
        return (int)count;
    }

    public SocketError FinishSending(int socket) =>
        SocketCalls.Shutdown(socket, SocketCalls.ShutdownSend) == 0 ? SocketError.Success : Errno.LastError;

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
        _ = SocketCalls.Connect(socket, address, NoFamilyBytes);
    }

    public void Close(int socket, bool abortive)
    {
        if (abortive)
        {
            var linger = stackalloc int[] { 1, 0 };
            _ = SocketCalls.SetOption(
                socket, SocketCalls.LevelSocket, SocketCalls.OptionLinger, linger, 2 * sizeof(int));
        }

        // Linux releases the descriptor even if close fails: a second close could close another socket.
        _ = SocketCalls.Close(socket);
    }

    public void Dispose() => _set.Dispose();

    private static int Descriptor(Socket socket) => (int)socket.Handle;

    private static void SetIfGiven(int socket, int name, int value)
    {
        if (value > 0)
        {
            Set(socket, SocketCalls.LevelTcp, name, value);
        }
    }

    /// <summary>If the system rejects the value, its default remains.</summary>
    private static void Set(int socket, int level, int name, int value) =>
        _ = SocketCalls.SetOption(socket, level, name, &value, sizeof(int));
}
