using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>A change of parameters on its way through the cluster, as one keeper remembers it: what is sick by the
/// change must not be taken for what was sick before.</summary>
/// <param name="Parameters">Those given to the server.</param>
/// <param name="HealthyBefore">The other instances that were healthy when the change came, sorted.</param>
public sealed record RollOut(ValueMap<string, string> Parameters, ValueList<InstanceUid> HealthyBefore)
{
    // They change with the cluster's state, not by a change of the specification.
    private static readonly string[] _ignoredParameters =
        [SynchronousStandbyNames.Parameter, "recovery_target_timeline"];

    /// <summary>The change that <paramref name="desired"/> belongs to: the one already known, or a new one.</summary>
    internal static RollOut Current(KeeperView view, Instance instance, ServerConfiguration desired)
    {
        var parameters = desired.Parameters.Where(p => !_ignoredParameters.Contains(p.Key)).ToValueMap();
        if (view.Memory.RollOut is { } current && current.Parameters == parameters)
        {
            return current;
        }

        // A keeper that has found its server running cannot tell since when: whoever is sick now may be so by a change.
        var adopted = view.Memory is { RollOut: null, InEffect: null };
        return new RollOut(
            parameters,
            view.Data.Instances.Values
                .Where(i => i.Uid != instance.Uid && (adopted || i.Status.Healthy))
                .Select(i => i.Uid)
                .ToSortedSet());
    }
}
