using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>A change of parameters on its way through the cluster, as one keeper remembers it. It tells instances that
/// failed by the change from those that were unhealthy before.</summary>
/// <param name="Parameters">The parameters given to the server.</param>
/// <param name="HealthyBefore">The other instances that were healthy when the change began, sorted.</param>
public sealed record RollOut(ValueMap<string, string> Parameters, ValueList<InstanceUid> HealthyBefore)
{
    // These change with the state of the cluster, not with the specification.
    private static readonly string[] IgnoredParameters =
        [SynchronousStandbyNames.Parameter, "recovery_target_timeline"];

    /// <summary>The change that <paramref name="desired"/> belongs to: the present one, or a new one.</summary>
    internal static RollOut Current(KeeperView view, Instance instance, ServerConfiguration desired)
    {
        var parameters = desired.Parameters.Where(p => !IgnoredParameters.Contains(p.Key)).ToValueMap();
        if (view.Memory.RollOut is { } current && current.Parameters == parameters)
        {
            return current;
        }

        // The keeper found its server running and does not know when the change began, so an unhealthy instance may
        // have failed by it.
        var adopted = view.Memory is { RollOut: null, InEffect: null };
        return new RollOut(
            parameters,
            view.Data.Instances.Values
                .Where(i => i.Uid != instance.Uid && (adopted || i.Status.Healthy))
                .Select(i => i.Uid)
                .ToSortedSet());
    }
}
