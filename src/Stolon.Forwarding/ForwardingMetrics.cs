using System.Diagnostics.Metrics;

namespace Stolon.Forwarding;

/// <summary>The data path's figures, read when somebody asks: counting costs one interlocked addition.</summary>
internal sealed class ForwardingMetrics : IDisposable
{
    public const string MeterName = "Stolon.Forwarding";

    private readonly Meter _meter = new(MeterName);
    private long _open;
    private long _accepted;
    private long _refused;
    private long _fromClients;
    private long _toClients;

    public ForwardingMetrics()
    {
        _meter.CreateObservableUpDownCounter("stolon_proxy_connections_open", () => Interlocked.Read(ref _open),
            description: "Clients joined with the destination, or being joined");
        _meter.CreateObservableCounter("stolon_proxy_connections_accepted_total", () => Interlocked.Read(ref _accepted),
            description: "Clients accepted, refused ones included");
        _meter.CreateObservableCounter("stolon_proxy_connections_refused_total", () => Interlocked.Read(ref _refused),
            description: "Clients closed without having reached a destination");
        _meter.CreateObservableCounter("stolon_proxy_bytes_from_clients_total",
            () => Interlocked.Read(ref _fromClients),
            unit: "By", description: "Bytes passed on to destinations");
        _meter.CreateObservableCounter("stolon_proxy_bytes_to_clients_total", () => Interlocked.Read(ref _toClients),
            unit: "By", description: "Bytes passed on to clients");
    }

    public void Accepted() => Interlocked.Increment(ref _accepted);

    public void Refused() => Interlocked.Increment(ref _refused);

    public void Joined() => Interlocked.Increment(ref _open);

    public void Parted() => Interlocked.Decrement(ref _open);

    public void FromClient(int bytes) => Interlocked.Add(ref _fromClients, bytes);

    public void ToClient(int bytes) => Interlocked.Add(ref _toClients, bytes);

    public void Dispose() => _meter.Dispose();
}
