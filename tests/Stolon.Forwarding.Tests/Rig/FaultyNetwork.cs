using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Network;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>A system call of the data path.</summary>
public enum NetworkCall
{
    Listen,
    Accept,
    Open,
    Connect,
    Watch,
    Receive,
    Send,
    FinishSending,
    SetInterest,

    /// <summary>Before the loop receives events. It does not fail.</summary>
    Tell,

    /// <summary>Does not fail.</summary>
    Wake,
}

/// <summary>The real network, in which certain calls fail.</summary>
/// <param name="failure">Decides the error of each call. Null: the real call is made.</param>
internal sealed class FaultyNetwork(INetwork real, Func<NetworkCall, SocketError?> failure) : INetwork
{
    public int Wait(Span<Readiness> ready, TimeSpan timeout)
    {
        var count = real.Wait(ready, timeout);
        if (count > 0)
        {
            failure(NetworkCall.Tell);
        }

        return count;
    }

    public void Wake()
    {
        real.Wake();
        failure(NetworkCall.Wake);
    }

    public SocketError Listen(Socket listener, long token) =>
        failure(NetworkCall.Listen) ?? real.Listen(listener, token);

    public void StopListening(Socket listener) => real.StopListening(listener);

    public SocketError Accept(Socket listener, out int client)
    {
        client = -1;
        return failure(NetworkCall.Accept) ?? real.Accept(listener, out client);
    }

    public SocketError Open(IPEndPoint address, out int socket)
    {
        socket = -1;
        return failure(NetworkCall.Open) ?? real.Open(address, out socket);
    }

    public SocketError Connect(int socket, IPEndPoint address) =>
        failure(NetworkCall.Connect) ?? real.Connect(socket, address);

    public SocketError SetInterest(int socket, long token, bool includingData) =>
        failure(NetworkCall.SetInterest) ?? real.SetInterest(socket, token, includingData);

    public SocketError FailureOf(int socket) => real.FailureOf(socket);

    public SocketError Watch(int socket, long token) => failure(NetworkCall.Watch) ?? real.Watch(socket, token);

    public int Receive(int socket, Span<byte> buffer, out SocketError error) =>
        Failed(NetworkCall.Receive, out error) ? -1 : real.Receive(socket, buffer, out error);

    public int Send(int socket, ReadOnlySpan<byte> bytes, out SocketError error) =>
        Failed(NetworkCall.Send, out error) ? -1 : real.Send(socket, bytes, out error);

    public SocketError FinishSending(int socket) =>
        failure(NetworkCall.FinishSending) ?? real.FinishSending(socket);

    public (IPEndPoint Remote, IPEndPoint Local)? EndsOf(int socket) => real.EndsOf(socket);

    public void Reset(int socket) => real.Reset(socket);

    public void Close(int socket, bool abortive) => real.Close(socket, abortive);

    public void Dispose() => real.Dispose();

    private bool Failed(NetworkCall call, out SocketError error)
    {
        var failed = failure(call);
        error = failed ?? SocketError.Success;
        return failed is not null;
    }
}
