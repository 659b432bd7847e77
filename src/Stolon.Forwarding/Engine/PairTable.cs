namespace Stolon.Forwarding.Engine;

/// <summary>A loop's pairs by slot number, which events carry in their token. A slot is reused only in a later turn, so
/// that an event of this turn never reaches a different pair.</summary>
internal sealed class PairTable
{
    private readonly List<Pair?> _slots = [null];
    private readonly Stack<int> _free = [];
    private readonly List<int> _freedThisTurn = [];

    /// <summary>All open pairs.</summary>
    public List<Pair> All => [.. _slots.OfType<Pair>()];

    public Pair Add(int client)
    {
        if (!_free.TryPop(out var slot))
        {
            slot = _slots.Count;
            _slots.Add(null);
        }

        return _slots[slot] = new Pair(slot, client);
    }

    /// <returns>Null: the pair has been closed.</returns>
    public Pair? Find(int slot) => _slots[slot];

    public void Remove(Pair pair)
    {
        _slots[pair.Slot] = null;
        _freedThisTurn.Add(pair.Slot);
    }

    public void EndTurn()
    {
        foreach (var slot in _freedThisTurn)
        {
            _free.Push(slot);
        }

        _freedThisTurn.Clear();
    }

    public static long ClientToken(Pair pair) => (long)pair.Slot << 1;

    public static long ServerToken(Pair pair) => ((long)pair.Slot << 1) | 1;
}
