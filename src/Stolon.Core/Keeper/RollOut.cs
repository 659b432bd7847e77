using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>A change of parameters on its way through the cluster, as one keeper remembers it: what is sick by the
/// change must not be taken for what was sick before.</summary>
/// <param name="Parameters">Those given to the server.</param>
/// <param name="Well">The other instances that were healthy when the change came, sorted.</param>
public sealed record RollOut(ValueMap<string, string> Parameters, ValueList<InstanceUid> Well)
{
    // They change with the cluster's state, not by a change of the specification.
    private static readonly string[] _notOfTheChange =
        [SynchronousStandbyNames.Parameter, "recovery_target_timeline"];

    /// <summary>The change that <paramref name="wanted"/> belongs to: the one already known, or a new one.</summary>
    internal static RollOut Begun(KeeperView view, Instance instance, ServerConfiguration wanted)
    {
        var parameters = wanted.Parameters.Where(p => !_notOfTheChange.Contains(p.Key)).ToValueMap();
        if (view.Memory.RollOut is { } known && known.Parameters == parameters)
        {
            return known;
        }

        // A keeper that has found its server running cannot tell since when: whoever is sick now may be so by a change.
        var found = view.Memory is { RollOut: null, InEffect: null };
        return new RollOut(
            parameters,
            view.Data.Instances.Values
                .Where(i => i.Uid != instance.Uid && (found || i.Status.Healthy))
                .Select(i => i.Uid)
                .ToSortedSet());
    }
}
