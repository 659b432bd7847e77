using System.Diagnostics.Metrics;
using Stolon.Forwarding.Metrics;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Reads the forwarder's instruments as a metrics endpoint does.</summary>
internal sealed class Figures : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<string, long> _values = [];

    public Figures()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == ForwardingMetrics.MeterName)
            {
                _names.Add(instrument.Name);
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
            _values[instrument.Name] = _values.GetValueOrDefault(instrument.Name) + value);
        _listener.Start();
    }

    /// <summary>The sum over all labels.</summary>
    public long Read(string name)
    {
        _values.Clear();
        _listener.RecordObservableInstruments();
        Assert.Contains(name, _names);
        return _values.GetValueOrDefault(name);
    }

    public Task EventuallyAsync(string name, long value) =>
        Eventually.SeeAsync(
            () => Task.FromResult(Read(name)), v => v == value, Client.Patience, $"{name} becomes {value}");

    public void Dispose() => _listener.Dispose();
}
