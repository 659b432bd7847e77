using Stolon.Agents.Ports;
using Stolon.Agents.Ports.Proxy;

namespace Stolon.Forwarding.Metrics;

/// <summary>What one loop counts. Written by that loop only, read by whoever asks.</summary>
internal sealed class LoopCounters
{
    /// <summary>What the longest turn is looked for in.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    private readonly long _window;
    private readonly long[] _refused = new long[Enum.GetValues<RefusalCause>().Length];
    private readonly long[] _cut = new long[Enum.GetValues<CutCause>().Length];
    private long _windowEnds;
    private long _longest;
    private long _longestBefore;

    public LoopCounters(TimeProvider time) => _window = time.TicksOf(Window);

    /// <summary>Clients taken from the listening socket.</summary>
    public long Accepted;

    /// <summary>Connections cut because what the proxy was told was too old.</summary>
    public long LeaseExpiries;

    /// <summary>Turns of the loop that had something to do.</summary>
    public long Turns;

    /// <summary>Timestamp ticks spent in them.</summary>
    public long BusyTicks;

    public void Refused(RefusalCause cause) => _refused[(int)cause]++;

    public long Refusals(RefusalCause cause) => Volatile.Read(ref _refused[(int)cause]);

    public void Cut(CutCause cause) => _cut[(int)cause]++;

    public long Cuts(CutCause cause) => Volatile.Read(ref _cut[(int)cause]);

    /// <summary>The longest of the last 15 to 30 seconds' turns, ticks: so long an event may have waited. 0: there was
    /// none.</summary>
    /// <param name="now">Timestamp.</param>
    public long LongestTurnTicks(long now) => (now - Volatile.Read(ref _windowEnds)) switch
    {
        < 0 => Math.Max(Volatile.Read(ref _longest), Volatile.Read(ref _longestBefore)),
        var late when late < _window => Volatile.Read(ref _longest),
        _ => 0,
    };

    /// <param name="began">Timestamp.</param>
    /// <param name="ended">Timestamp.</param>
    public void TurnDone(long began, long ended)
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
