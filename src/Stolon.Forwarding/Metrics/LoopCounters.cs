using Stolon.Agents.Ports;
using Stolon.Agents.Ports.Proxy;

namespace Stolon.Forwarding.Metrics;

/// <summary>The counters of one loop. Only that loop writes them; any thread may read.</summary>
internal sealed class LoopCounters
{
    /// <summary>The length of one window; the longest turn is that of the current and the previous window.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    private readonly long _window;
    private readonly long[] _refused = new long[Enum.GetValues<RefusalCause>().Length];
    private readonly long[] _cut = new long[Enum.GetValues<CutCause>().Length];
    private long _windowEnds;
    private long _longest;
    private long _longestBefore;

    public LoopCounters(TimeProvider time) => _window = time.TicksOf(Window);

    /// <summary>Accepted clients.</summary>
    public long Accepted;

    /// <summary>Connections closed because the route lease had expired.</summary>
    public long LeaseExpiries;

    /// <summary>Turns of the loop.</summary>
    public long Turns;

    /// <summary>Timestamp ticks spent in turns.</summary>
    public long BusyTicks;

    public void Refused(RefusalCause cause) => _refused[(int)cause]++;

    public long Refusals(RefusalCause cause) => Volatile.Read(ref _refused[(int)cause]);

    public void Cut(CutCause cause) => _cut[(int)cause]++;

    public long Cuts(CutCause cause) => Volatile.Read(ref _cut[(int)cause]);

    /// <summary>The longest turn in the last 15 to 30 seconds, ticks: an event may have waited that long. 0: no
    /// turn.</summary>
    /// <param name="now">Timestamp.</param>
    public long LongestTurnTicks(long now) => (now - Volatile.Read(ref _windowEnds)) switch
    {
        < 0 => Math.Max(Volatile.Read(ref _longest), Volatile.Read(ref _longestBefore)),
        var late when late < _window => Volatile.Read(ref _longest),
        _ => 0,
    };

    /// <param name="began">Timestamp.</param>
    /// <param name="ended">Timestamp.</param>
    public void RecordTurn(long began, long ended)
    {
        Turns++;
        BusyTicks += ended - began;
        if (ended >= _windowEnds)
        {
            Volatile.Write(ref _longestBefore, ended - _windowEnds < _window ? _longest : 0);
            Volatile.Write(ref _longest, 0);
            Volatile.Write(ref _windowEnds, ended + _window);
        }

        if (ended - began > _longest)
        {
            Volatile.Write(ref _longest, ended - began);
        }
    }
}
