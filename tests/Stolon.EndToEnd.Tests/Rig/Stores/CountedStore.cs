using Stolon.Testing;

namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>A store whose programs reach it over a line that counts what passes.</summary>
public sealed class CountedStore : IClusterStoreServer
{
    private readonly IClusterStoreServer _server;
    private readonly FaultyLine _line;

    public CountedStore(IClusterStoreServer server, int port)
    {
        _server = server;
        _line = FaultyLine.To(port, Traffic.NewConnection);
        server.Line = _line.Port;
    }

    public StoreTraffic Traffic { get; } = new();

    public int? Port => _server.Port;

    public int? Line
    {
        get => _server.Line;
        set => _server.Line = value;
    }

    public IReadOnlyList<string> Options => _server.Options;

    public IReadOnlyDictionary<string, string> Environment(string program) => _server.Environment(program);

    public Task RestartAsync() => _server.RestartAsync();

    public void Thaw() => _server.Thaw();

    public async ValueTask DisposeAsync()
    {
        await _line.DisposeAsync();
        await _server.DisposeAsync();
    }
}
