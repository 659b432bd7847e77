namespace Stolon.Simulation.Clients;

/// <summary>The rows whose commit was acknowledged to clients.</summary>
internal sealed class Ledger
{
    private readonly List<(long Row, string Proxy, TimeSpan At)> _acknowledged = [];
    private long _last;

    public IReadOnlyList<(long Row, string Proxy, TimeSpan At)> Acknowledged => _acknowledged;

    public long NextRow() => ++_last;

    public void Acknowledge(long row, string proxy, TimeSpan at) => _acknowledged.Add((row, proxy, at));
}
