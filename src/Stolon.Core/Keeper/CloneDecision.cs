using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;

namespace Stolon.Core.Keeper;

/// <summary>How a clone replaces the content of the data directory.</summary>
public abstract record CloneMethod
{
    private CloneMethod()
    {
    }

    /// <summary>The data directory is empty.</summary>
    public sealed record IntoEmptyDirectory : CloneMethod;

    /// <summary>The clone is made next to the old data, which stay until the clone is complete and has
    /// started.</summary>
    public sealed record Beside : CloneMethod;

    /// <summary>The old data are deleted before the clone is made.</summary>
    /// <param name="Risk">The risk until the clone is complete; for the operator.</param>
    public sealed record AfterErasing(string Risk) : CloneMethod;

    /// <summary>No clone until an operator has acted.</summary>
    public sealed record Forbidden(string Why) : CloneMethod;
}

/// <summary>Decides whether the old data may be deleted before the clone is complete. They may not if only the source
/// has another copy, because the source's disk may fail meanwhile.</summary>
internal static class CloneDecision
{
    public static CloneMethod Choose(KeeperView view, Instance instance, Instance followed)
    {
        var space = view.Observation.CloneSpace;
        if (space is { Blocked: { } blocked })
        {
            return new CloneMethod.Forbidden(blocked);
        }

        if (!view.Observation.DirectoryHasFiles)
        {
            return new CloneMethod.IntoEmptyDirectory();
        }

        // An earlier clone was swapped in and has not started yet, so the data in place are only that clone.
        var oldDataKept = view.Observation.Replacement is { Stage: ReplacementStage.Swapped };
        if (WhyNotBeside(space, oldDataKept) is not { } reason)
        {
            return new CloneMethod.Beside();
        }

        if (oldDataKept)
        {
            return new CloneMethod.AfterErasing(
                "the present clone, which has not started yet, is deleted and made again; the older data are kept");
        }

        if (view.Observation.Data is not { } data || data.SystemIdentifier != followed.Status.SystemIdentifier)
        {
            return new CloneMethod.AfterErasing($"the old data are not a copy of this cluster's data, and {reason}");
        }

        // There may be enough space, and then nothing must be deleted first. So wait, even if other instances have the
        // data.
        if (space is not { BesideObstacle: not null } && SizeUnknownReason(space) is { } unknown)
        {
            return new CloneMethod.Forbidden(
                $"the space that a clone of instance {followed.Uid} needs is not known yet ({unknown}), and until it "
                + "is known, the old data are not deleted: the keeper tries again. To clone at once, move the data "
                + "directory away");
        }

        var others = Others(view, instance, followed, SharedWith(followed, data));
        return others.IsEmpty
            ? new CloneMethod.Forbidden(
                $"instance {followed.Uid} cannot be cloned beside the old data ({reason}), and the old data must not "
                + $"be deleted first, because they are the only copy except instance {followed.Uid} itself: free the "
                + "space, or move the data directory away; then the clone begins")
            : new CloneMethod.AfterErasing(
                $"no clone beside the old data is possible ({reason}), so the old data are deleted first; until the "
                + $"clone is complete, only instance {followed.Uid} and {Names(others)} have this cluster's data");
    }

    /// <summary>The risk of a rewind, which changes the data in place; null: none, because a third instance has the
    /// data. The operator has enabled rewinds and they are short, so this is a warning and not a refusal.</summary>
    public static string? RiskOfRewind(KeeperView view, Instance instance, Instance source) =>
        view.Observation.Data is { } data && Others(view, instance, source, SharedWith(source, data)).IsEmpty
            ? $"a rewind changes the data in place; until it ends, only instance {source.Uid} has this cluster's data"
            : null;

    /// <summary>The risk while the data here are incomplete or deleted; null: the data are complete, the old ones are
    /// kept, or enough other instances have them.</summary>
    public static string? RiskWhileIncomplete(KeeperView view, Instance instance)
    {
        if (view is not { Local.Initializing: true, Observation.Replacement: null }
            || view.FollowedBy(instance) is not { } source)
        {
            return null;
        }

        ValueList<InstanceUid> copies = [source.Uid, .. Others(view, instance, source, Lsn.Unknown)];
        return copies.Count <= 2
            ? "the data here are incomplete, because no clone or rewind has finished yet; until one does, the only "
                + $"copies of this cluster's data are {Names(copies)}"
            : null;
    }

    private static string? WhyNotBeside(CloneSpace? space, bool oldDataKept)
    {
        if (oldDataKept)
        {
            return "the data that were replaced earlier are kept there";
        }

        return space?.BesideObstacle
            ?? SizeUnknownReason(space)
            ?? space?.Requirements.FirstOrDefault(n => !n.Fits)?.ToString();
    }

    private static string? SizeUnknownReason(CloneSpace? space) =>
        space is null ? "its source was not probed yet" : space.SizeUnknownReason;

    /// <summary>Healthy instances other than the source whose position has reached <paramref name="shared"/>.</summary>
    private static ValueList<InstanceUid> Others(
        KeeperView view, Instance instance, Instance followed, Lsn shared) =>
        view.Data.Instances.Values
            .Where(i => i.Uid != instance.Uid && i.Uid != followed.Uid && i.Spec.Keeper != view.Self)
            .Where(i => i.Status.Healthy
                && view.Data.Keepers.TryGetValue(i.Spec.Keeper, out var keeper) && keeper.Status.Healthy
                && i.Status.SystemIdentifier == followed.Status.SystemIdentifier
                && i.Status.Position >= shared
                && !TimelineFork.OnDifferentBranch(
                    InstanceJudgement.PositionOf(followed), InstanceJudgement.PositionOf(i)))
            .Select(i => i.Uid)
            .ToValueList();

    /// <summary>Where our data end, or, if earlier, where the source left our timeline.</summary>
    private static Lsn SharedWith(Instance followed, DataDirectoryObservation data)
    {
        var fork = followed.Status.TimelineHistory.FirstOrDefault(h => h.Timeline == data.Timeline);
        return fork is not null && fork.SwitchPoint < data.Reached ? fork.SwitchPoint : data.Reached;
    }

    private static string Names(ValueList<InstanceUid> others) => string.Join(", ", others.Select(o => o.Value));
}
