using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Whether a server restarts now for the parameters that wait for it.</summary>
internal abstract record RestartTurn
{
    private RestartTurn()
    {
    }

    public sealed record Now : RestartTurn;

    /// <summary>Others restart first; they will have done so soon, unless something is wrong with them.</summary>
    /// <param name="Others">Sorted.</param>
    public sealed record AfterOthers(ValueList<InstanceUid> Others) : RestartTurn;

    /// <summary>The change has gone wrong elsewhere: it goes no further until an operator has seen to it.</summary>
    public sealed record Held(string Why) : RestartTurn;
}
