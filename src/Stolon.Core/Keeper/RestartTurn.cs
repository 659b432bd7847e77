namespace Stolon.Core.Keeper;

/// <summary>Whether a server restarts now for the parameters that wait for it.</summary>
internal abstract record RestartTurn
{
    private RestartTurn()
    {
    }

    public sealed record Now : RestartTurn;

    /// <summary>Others restart first; they will have done so soon.</summary>
    public sealed record AfterOthers : RestartTurn;

    /// <summary>The change has gone wrong elsewhere: it goes no further until an operator has seen to it.</summary>
    public sealed record Held(string Why) : RestartTurn;
}
