using System.Net;
using System.Net.Sockets;
using Stolon.Agents.Ports.Proxy;
using Stolon.Forwarding.Network;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>A forwarder on a free port of 127.0.0.1, and its log.</summary>
internal sealed class Forward : IAsyncDisposable
{
    /// <summary>On a port that the system chooses.</summary>
    public static readonly ForwarderOptions Options = new() { ListenAddress = "127.0.0.1", Port = 0 };

    private readonly Forwarder _engine;

    private Forward(EngineKind kind, ForwarderOptions options)
        : this(NetworksOf(kind), options)
    {
    }

    private Forward(Networks networks, ForwarderOptions options) =>
        _engine = new Forwarder(options, TimeProvider.System, Log, networks);

    public IForwarder Engine => _engine;

    public RecordedLog Log { get; } = new();

    public IPEndPoint Address => (IPEndPoint)_engine.ListeningOn!;

    /// <summary>The Unix socket, in the directory of the options.</summary>
    public UnixDomainSocketEndPoint UnixAddress(string directory) =>
        new(Path.Combine(directory, $".s.PGSQL.{Address.Port}"));

    /// <summary>Not listening yet, and without a destination.</summary>
    public static Forward Closed(EngineKind kind, ForwarderOptions options) => new(kind, options);

    /// <summary>Listening, without a destination.</summary>
    public static Forward Nowhere(EngineKind kind, ForwarderOptions? options = null)
    {
        var forward = new Forward(kind, options ?? Options);
        forward.Engine.Listen();
        return forward;
    }

    /// <summary>Listening, with a primary.</summary>
    public static Forward To(EngineKind kind, IPEndPoint primary, ForwarderOptions? options = null)
    {
        var forward = new Forward(kind, options ?? Options);
        forward.Engine.Route(primary);
        forward.Engine.Listen();
        return forward;
    }

    /// <summary>Listening, with a primary and a network in which calls fail.</summary>
    public static Forward Faulty(
        EngineKind kind, IPEndPoint primary, Func<NetworkCall, SocketError?> failure, ForwarderOptions? options = null)
    {
        var real = NetworksOf(kind);
        var faulty = new Networks
        {
            Create = options => new FaultyNetwork(real.Create(options), failure),
            SharesSockets = real.SharesSockets,
        };
        var forward = new Forward(faulty, options ?? Options);
        forward.Engine.Route(primary);
        forward.Engine.Listen();
        return forward;
    }

    private static Networks NetworksOf(EngineKind kind) =>
        kind == EngineKind.Epoll ? Networks.Epoll : Networks.Portable;

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
