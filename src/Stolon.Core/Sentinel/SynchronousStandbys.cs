using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Which standbys commits wait for (sentinel.md 8). A change takes two rounds: first old and new together, and
/// only when all of them are confirmed, the old ones go; so at any time a standby that the sentinel knows has every
/// acknowledged commit.</summary>
internal static class SynchronousStandbys
{
    public static DecisionState Apply(DecisionState state)
    {
        if (!state.Settings.SynchronousReplicationInForce)
        {
            return Off(state);
        }

        state = SynchronousStandbyConfirmation.Apply(state);
        var primary = state.Primary!;
        var required = (primary.Spec.SynchronousStandbys ?? []).ToSortedSet();
        var confirmed = (primary.Status.SynchronousStandbys ?? []).ToSortedSet();
        return required == confirmed
            ? Next(state, primary, required)
            : state.WithNote(new SentinelNote.WaitingForSynchronousStandbys(required.Except(confirmed).ToSortedSet()));
    }

    private static DecisionState Off(DecisionState state)
    {
        var primary = state.Primary!;
        state = state.WithInstance(primary with
        {
            Spec = PrimaryHandover.Off(primary.Spec),
            Status = primary.Status with { SynchronousStandbys = null },
        });
        return state with { Memory = state.Memory with { SyncThresholds = null } };
    }

    private static DecisionState Next(DecisionState state, Instance primary, ValueList<InstanceUid> previous)
    {
        var (min, max, canMerge) = Limits(state, primary);
        var target = Target(state, primary, previous, min, max);
        var merged = canMerge && target.Except(previous).Any()
            ? target.Concat(previous.Where(state.Data.Instances.ContainsKey)).ToSortedSet()
            : target.ToSortedSet();
        var placeholder = merged.Count < min;
        var external = placeholder ? [InstanceSpec.PlaceholderStandby] : ValueList<string>.Empty;
        if (merged != primary.Spec.SynchronousStandbys || external != primary.Spec.ExternalSynchronousStandbys)
        {
            state = state.WithNote(new SentinelNote.SynchronousStandbysChanged(merged, placeholder));
        }

        return state.WithInstance(primary with
        {
            Spec = primary.Spec with
            {
                SynchronousReplication = true,
                SynchronousStandbys = merged,
                ExternalSynchronousStandbys = external,
            },
            Status = primary.Status with
            {
                SynchronousStandbys = (primary.Status.SynchronousStandbys ?? []).Intersect(merged).ToSortedSet(),
            },
        });
    }

    /// <summary>PostgreSQL before 9.6 knows one synchronous standby only, so nothing can be merged.</summary>
    private static (int Min, int Max, bool CanMerge) Limits(DecisionState state, Instance primary)
    {
        var version =
            state.Data.Keepers.Find<KeeperUid, KeeperRecord>(primary.Spec.Keeper)?.Status.BinaryVersion ?? default;
        return version is { Major: 9, Minor: < 6 }
            ? (1, 1, false)
            : (state.Settings.MinSynchronousStandbys, state.Settings.MaxSynchronousStandbys, true);
    }

    private static List<InstanceUid> Target(
        DecisionState state, Instance primary, ValueList<InstanceUid> previous, int min, int max)
    {
        // Good for this: not one that is well but gets no WAL.
        var good = InstanceJudgement.GoodStandbys(state, primary)
            .Where(g => !StreamObservation.IsOverdue(state, g.Uid))
            .ToValueList();
        var set = previous.Where(uid => good.Any(g => g.Uid == uid)).ToList();
        if (set.Count > max)
        {
            var keep = Candidates.MostAdvancedFirst(good.Where(g => set.Contains(g.Uid))).Take(max);
            set = keep.Select(g => g.Uid).ToList();
        }

        var additions = Candidates.MostAdvancedFirst(good.Where(g => g.Status.Timeline == primary.Status.Timeline))
            .Where(g => MayBeSynchronous(state, g) && InstanceJudgement.IsHealthy(state, g))
            .Select(g => g.Uid)
            .ToList();
        Fill(additions.Where(uid => StreamObservation.MayStream(state, primary, uid)), max);
        Fill(previous.Where(state.Data.Instances.ContainsKey), min);
        // Commits would wait anyhow: rather for one that is about to stream than for nobody.
        Fill(additions, min);
        return set;

        void Fill(IEnumerable<InstanceUid> more, int upTo) =>
            set.AddRange(more.Except(set).Take(Math.Max(0, upTo - set.Count)).ToList());
    }

    private static bool MayBeSynchronous(DecisionState state, Instance standby) =>
        state.Data.Keepers.Find<KeeperUid, KeeperRecord>(standby.Spec.Keeper)
            is not { Status.EligibleAsSynchronousStandby: false };
}
