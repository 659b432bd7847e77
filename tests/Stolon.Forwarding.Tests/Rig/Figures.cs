using System.Diagnostics.Metrics;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Reads the forwarder's instruments as a metrics endpoint does.</summary>
internal sealed class Figures : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Dictionary<string, long> _values = [];

    public Figures()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ForwardingMetrics.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => _values[instrument.Name] = value);
        _listener.Start();
    }

    public long Read(string name)
    {
        _listener.RecordObservableInstruments();
        return _values[name];
    }

    public Task EventuallyAsync(string name, long value) =>
        Eventually.SeeAsync(
            () => Task.FromResult(Read(name)), v => v == value, Client.Patience, $"{name} becomes {value}");

    public void Dispose() => _listener.Dispose();
}
