using System.Net;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>A forwarder on a free port of 127.0.0.1, with what it logged.</summary>
internal sealed class Forward : IAsyncDisposable
{
    private Forward(ForwarderOptions options)
    {
        Engine = new TcpForwarder(options, TimeProvider.System, Log);
    }

    public TcpForwarder Engine { get; }

    public RecordedLog Log { get; } = new();

    public IPEndPoint Address => (IPEndPoint)Engine.ListeningOn!;

    public static Forward To(IPEndPoint? destination, TimeSpan? dialTimeout = null, string listen = "127.0.0.1")
    {
        var options = new ForwarderOptions { ListenAddress = listen, Port = 0 };
        var forward = new Forward(dialTimeout is { } t ? options with { DialTimeout = t } : options);
        forward.Engine.Route(destination);
        forward.Engine.Listen();
        return forward;
    }

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
