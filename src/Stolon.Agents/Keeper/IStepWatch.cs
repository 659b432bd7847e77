using Stolon.Core.Keeper;

namespace Stolon.Agents.Keeper;

/// <summary>Tells of a step that takes long when nobody wants it any more.</summary>
public interface IStepWatch
{
    /// <summary>Waits until the step is pointless, or the waiting is cancelled; never throws.</summary>
    /// <returns>True: the step is pointless. False: cancelled.</returns>
    Task<bool> BecomesPointlessAsync(KeeperStep step, CancellationToken cancellationToken);
}
