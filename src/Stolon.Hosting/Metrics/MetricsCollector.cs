using System.Diagnostics.Metrics;
using System.Numerics;
using Stolon.Core.Common;
using Stolon.Wire;

namespace Stolon.Hosting.Metrics;

/// <summary>Keeps the last value of every series of the meters whose name begins with <c>Stolon</c>.</summary>
/// <remarks>The name of an instrument is the name of the metric. The label <c>role</c> is translated: the agents use
/// <c>primary</c>, the metrics use the original's word.</remarks>
public sealed class MetricsCollector : IDisposable
{
    private const string MeterPrefix = "Stolon";
    private readonly Lock _gate = new();
    private readonly Lock _rendering = new();
    private readonly SortedDictionary<string, Metric> _metrics = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public MetricsCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name.StartsWith(MeterPrefix, StringComparison.Ordinal))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>(Record);
        _listener.SetMeasurementEventCallback<long>(Record);
        _listener.SetMeasurementEventCallback<double>(Record);
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>All current values, in the Prometheus text format. A series that an observable instrument no longer
    /// reports is removed: otherwise the page would grow with every address that was ever used.</summary>
    /// <exception cref="AggregateException">A callback of an observable instrument failed.</exception>
    public string Render()
    {
        lock (_rendering)
        {
            lock (_gate)
            {
                foreach (var metric in _metrics.Values)
                {
                    metric.ForgetObserved();
                }
            }

            _listener.RecordObservableInstruments();
            List<MetricFamily> families;
            lock (_gate)
            {
                families = [.. _metrics.Where(m => m.Value.Values.Count > 0).Select(m => m.Value.Family(m.Key))];
            }

            return PrometheusText.Write(families.Concat(ProcessMetrics.Read()));
        }
    }

    /// <summary>Adds a series before its first measurement.</summary>
    internal void Declare(string name, string help, double value, params ReadOnlySpan<MetricLabel> labels)
    {
        lock (_gate)
        {
            var metric = MetricOf(name, help, isCounter: false);
            metric.Values[[.. labels]] = value;
        }
    }

    private void Record<T>(
        Instrument instrument, T measurement, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
        where T : struct, INumber<T>
    {
        var adds = instrument is Counter<T> or UpDownCounter<T>;
        var labels = LabelsOf(tags);
        var value = double.CreateChecked(measurement);
        lock (_gate)
        {
            var isCounter = instrument is Counter<T> or ObservableCounter<T>;
            var metric = MetricOf(instrument.Name, instrument.Description ?? instrument.Name, isCounter);
            metric.Values[labels] = adds ? metric.Values.GetValueOrDefault(labels) + value : value;
            if (instrument.IsObservable)
            {
                metric.Observed.Add(labels);
            }
        }
    }

    private Metric MetricOf(string name, string help, bool isCounter)
    {
        if (!_metrics.TryGetValue(name, out var metric))
        {
            metric = new Metric(help, isCounter);
            _metrics.Add(name, metric);
        }

        return metric;
    }

    private static ValueList<MetricLabel> LabelsOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = new List<MetricLabel>();
        foreach (var (name, value) in tags)
        {
            var text = value?.ToString() ?? "";
            labels.Add(new MetricLabel(name, name is "role" && text is "primary" ? MetricNames.PrimaryRole : text));
        }

        return [.. labels];
    }

    private sealed record Metric(string Help, bool IsCounter)
    {
        /// <summary>By labels, in the order of their first measurement.</summary>
        public OrderedDictionary<ValueList<MetricLabel>, double> Values { get; } = [];

        /// <summary>The series that observable instruments have reported.</summary>
        public List<ValueList<MetricLabel>> Observed { get; } = [];

        public void ForgetObserved()
        {
            Observed.ForEach(l => Values.Remove(l));
            Observed.Clear();
        }

        public MetricFamily Family(string name) => new()
        {
            Name = name,
            Help = Help,
            IsCounter = IsCounter,
            Series = [.. Values.Select(v => new MetricSeries(v.Key, v.Value))],
        };
    }
}
