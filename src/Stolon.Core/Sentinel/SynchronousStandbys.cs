using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Which standbys the primary's commits wait for (docs/spec/sentinel.md 8).</summary>
/// <remarks>
/// <para>Idea: the primary's specification has the required standbys, and every commit waits for all of them. Its
/// status has the confirmed ones. The required standbys change in two rounds: first the old and the new ones together;
/// when all of these are confirmed, the new ones alone.</para>
/// <para>Invariant: each standby that is both required and confirmed has every commit that a client saw acknowledged.
/// Only such a standby can be elected (<see cref="Candidates"/>).</para>
/// <para>Why it is safe:</para>
/// <para>1. A standby becomes confirmed only when it has reached the position at which the primary first reported it in
/// sync, with the required list in force (<see cref="SynchronousStandbyConfirmation"/>). Before that position it has
/// everything; after it, every commit has waited for it.</para>
/// <para>2. A standby that is no longer required is no longer confirmed either, in the same write: commits stop waiting
/// for it only after it can no longer be elected.</para>
/// <para>3. The old standbys stay required until the new ones are confirmed, unless their instances are removed. If one
/// of them has failed, commits block until then; none is acknowledged that only the primary has.</para>
/// <para>4. With fewer standbys than minSynchronousStandbys, a name that no standby has is added, and commits block.
/// With minSynchronousStandbys 0 the operator has chosen that they do not.</para>
/// <para>5. An elected primary starts with the list of the one that it replaces
/// (<see cref="PrimaryHandover"/>).</para>
/// </remarks>
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

    /// <summary>PostgreSQL before 9.6 supports one synchronous standby only, so the lists cannot be merged.</summary>
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
        // A standby that is healthy but receives no WAL is not good enough here.
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
        // Commits would wait in any case: a standby that is about to stream is better than none.
        Fill(additions, min);
        return set;

        void Fill(IEnumerable<InstanceUid> more, int upTo) =>
            set.AddRange(more.Except(set).Take(Math.Max(0, upTo - set.Count)).ToList());
    }

    private static bool MayBeSynchronous(DecisionState state, Instance standby) =>
        state.Data.Keepers.Find<KeeperUid, KeeperRecord>(standby.Spec.Keeper)
            is not { Status.EligibleAsSynchronousStandby: false };
}
