using System.Diagnostics.Metrics;
using System.Text.Json;
using Stolon.Agents.Ports.Proxy;
using Stolon.Forwarding.Cancellation;
using Stolon.Forwarding.Engine;
using Stolon.Forwarding.Routing;

namespace Stolon.Forwarding.Metrics;

/// <summary>The metrics of the data path. They are added up when they are read, so that counting costs the loops only
/// an addition.</summary>
internal sealed class ForwardingMetrics : IDisposable
{
    public const string MeterName = "Stolon.Forwarding";

    private readonly Meter _meter = new(MeterName);
    private readonly LoopContext _context;
    private readonly DestinationRegistry _destinations;
    private readonly Func<EventLoop[]> _loops;
    private readonly KeyValuePair<string, object?> _port;

    public ForwardingMetrics(LoopContext context, DestinationRegistry destinations, Func<EventLoop[]> loops)
    {
        (_context, _destinations, _loops) = (context, destinations, loops);
        _port = new KeyValuePair<string, object?>("port", context.Options.Label);
        AddClients();
        AddDestinations();
        AddLoops();
    }

    public void Dispose() => _meter.Dispose();

    private void AddClients()
    {
        _meter.CreateObservableUpDownCounter("stolon_proxy_connections_open", () => One(_context.Clients),
            description: "Clients connected to a destination, connecting to one or waiting for one");
        Count("stolon_proxy_connections_accepted_total", "Accepted clients, including refused ones",
            () => [One(Loops(f => f.Accepted))]);
        Count("stolon_proxy_connections_refused_total",
            "Clients closed before they were connected to a destination, by cause",
            () => Enum.GetValues<RefusalCause>().Select(c => One(Loops(f => f.Refusals(c)), ("cause", Label(c)))));
        Count("stolon_proxy_connections_cut_total", "Connected clients closed by the proxy, by cause",
            () => Enum.GetValues<CutCause>().Select(c => One(Loops(f => f.Cuts(c)), ("cause", Label(c))))
                .Append(One(Loops(f => f.LeaseExpiries), ("cause", "untrusted"))));
        Count("stolon_proxy_cancel_copies_total",
            "Copies of cancel requests for the destinations that the client is not connected to, by outcome",
            () => Enum.GetValues<CancelOutcome>()
                .Select(o => One(_context.CancelBroadcast.Count(o), ("outcome", Label(o)))));
    }

    private void AddDestinations()
    {
        _meter.CreateObservableUpDownCounter("stolon_proxy_destination_connections",
            () => EachDestination(d => d.Connections),
            description: "Clients connected or connecting to the destination");
        Count("stolon_proxy_bytes_from_clients_total", "Bytes forwarded to the destination",
            () => EachDestination(d => d.Counters.Sum(f => Interlocked.Read(ref f.FromClients))));
        Count("stolon_proxy_bytes_to_clients_total", "Bytes forwarded to clients of the destination",
            () => EachDestination(d => d.Counters.Sum(f => Interlocked.Read(ref f.ToClients))));
        Count("stolon_proxy_dials_total", "Connection attempts to the destination",
            () => EachDestination(d => d.Counters.Sum(f => Interlocked.Read(ref f.Dials))));
        Count("stolon_proxy_dial_errors_total", "Failed connection attempts to the destination, by reason",
            () => _destinations.All.SelectMany(d => Enumerable.Range(0, FailureReasons.Count).Select(r => One(
                d.Counters.Sum(f => f.FailedDials(r)), Name(d), ("reason", FailureReasons.Label(r))))));
        _meter.CreateObservableCounter("stolon_proxy_destination_seconds_total",
            () => _destinations.All.SelectMany(d => Enum.GetValues<DestinationRole>().Select(r => One(
                d.Clock.TimeIn(r).TotalSeconds, Name(d), ("role", Label(r))))),
            description: "Time for which the destination has been routed to, by role");
    }

    private void AddLoops()
    {
        Count("stolon_proxy_loop_turns_total", "Turns of the event loop",
            () => EachLoop(f => Interlocked.Read(ref f.Turns)));
        _meter.CreateObservableCounter("stolon_proxy_loop_busy_seconds_total",
            () => EachLoop(f => Seconds(Interlocked.Read(ref f.BusyTicks))),
            description: "Time for which the event loop was not waiting");
        _meter.CreateObservableGauge("stolon_proxy_loop_lag_seconds",
            () => EachLoop(f => Seconds(f.LongestTurnTicks(_context.Time.GetTimestamp()))),
            description: "Longest turn of the event loop in the last 15 to 30 seconds, the longest wait of an event");
        _meter.CreateObservableUpDownCounter("stolon_proxy_buffers_held", () => One(_loops().Sum(l => l.HeldBuffers)),
            description: "Buffers with data that a slow receiver has not accepted yet");
    }

    private void Count(string name, string description, Func<IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableCounter(name, read, description: description);

    private long Loops(Func<LoopCounters, long> read) => _loops().Sum(l => read(l.Counters));

    private double Seconds(long ticks) => (double)ticks / _context.Time.TimestampFrequency;

    private IEnumerable<Measurement<T>> EachLoop<T>(Func<LoopCounters, T> read)
        where T : struct =>
        _loops().Select((l, i) => One(read(l.Counters), ("loop", $"{i}")));

    private IEnumerable<Measurement<long>> EachDestination(Func<DestinationState, long> read) =>
        _destinations.All.Select(d => One(read(d), Name(d)));

    private Measurement<long> One(int value) => One((long)value);

    private Measurement<T> One<T>(T value, params ReadOnlySpan<(string Name, string Value)> labels)
        where T : struct
    {
        List<KeyValuePair<string, object?>> tags = [_port];
        foreach (var (name, text) in labels)
        {
            tags.Add(new KeyValuePair<string, object?>(name, text));
        }

        return new Measurement<T>(value, tags);
    }

    private static (string, string) Name(DestinationState destination) =>
        ("destination", destination.Address.ToString());

    private static string Label<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
