namespace Stolon.Agents.Ports.Store;

/// <summary>What became of a conditional write. Both are ordinary outcomes; an unknown outcome is an
/// exception.</summary>
public abstract record SwapResult
{
    private SwapResult()
    {
    }

    /// <summary>Written; <paramref name="Revision"/> is the new version.</summary>
    public sealed record Stored(Revision Revision) : SwapResult;

    /// <summary>Not written: somebody wrote first, or the leadership given as fence is over. Read again and decide
    /// anew.</summary>
    public sealed record Conflict : SwapResult;

    public T Match<T>(Func<Stored, T> stored, Func<Conflict, T> conflict) => this switch
    {
        Stored s => stored(s),
        Conflict c => conflict(c),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
