namespace Stolon.Agents.Ports.Store;

/// <summary>The result of a conditional write. Both cases are normal; an unknown outcome is an exception.</summary>
public abstract record SwapResult
{
    private SwapResult()
    {
    }

    /// <summary>Written; <paramref name="Revision"/> is the new version.</summary>
    public sealed record Stored(Revision Revision) : SwapResult;

    /// <summary>Not written: the value has changed, or the fence's leadership is over. Read and decide again.</summary>
    public sealed record Conflict : SwapResult;

    public T Match<T>(Func<Stored, T> stored, Func<Conflict, T> conflict) => this switch
    {
        Stored s => stored(s),
        Conflict c => conflict(c),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}
