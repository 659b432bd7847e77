using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>What a sentinel decides from one reading of the store.</summary>
/// <param name="Data">The cluster data as decided; equal to what was read if nothing changes.</param>
/// <param name="Memory">To be kept whether or not the data are written.</param>
/// <param name="Notes">What happened and why.</param>
/// <param name="NextDeadline">When the passing of time will change the decision, as a <see cref="SentinelView.Now"/>
/// value; null: not known.</param>
public sealed record SentinelDecision(
    ClusterData Data, SentinelMemory Memory, ValueList<SentinelNote> Notes, TimeSpan? NextDeadline)
{
    /// <summary>All steps of a decision, in order (docs/spec/sentinel.md 5 to 9).</summary>
    public static SentinelDecision Decide(SentinelView view, SentinelMemory memory)
    {
        var state = DecisionState.Begin(view, memory)
            .Then(RejectUidMismatches)
            .Then(ObservationGap.Apply)
            .Then(KeeperObservation.Apply)
            .Then(InstanceObservation.Apply)
            .Then(ProxyObservation.Apply)
            .Then(Convergence.Remember)
            .Then(WalConfirmation.Remember)
            .Then(StreamObservation.Apply)
            .ThenIn(ClusterPhase.Initializing, Initialization.Apply)
            .ThenIn(ClusterPhase.Normal, KeeperRetirement.Apply)
            .ThenIn(ClusterPhase.Normal, PrimaryElection.Apply)
            .ThenIn(ClusterPhase.Normal, ProxyRouting.Apply)
            .ThenIn(ClusterPhase.Normal, PrimaryRole.Apply)
            .ThenWithSteadyPrimary(StandbyRetirement.Apply)
            .ThenWithSteadyPrimary(StandbyRebuilding.Apply)
            .Then(InstanceTrouble.NoteStandbysNotRebuilt)
            .ThenWithSteadyPrimary(SynchronousStandbys.Apply)
            .ThenWithSteadyPrimary(StandbyPlacement.Apply)
            .ThenWithSteadyPrimary(Followers.FollowPrimary)
            .ThenIn(ClusterPhase.Normal, Followers.Apply)
            .Then(SettingsPropagation.Apply)
            .Then(ClusterTrouble.Apply)
            .Then(ChangeStamps.Apply);
        return new SentinelDecision(
            state.Data, state.Memory with { HasObserved = true }, state.Notes, state.NextDeadline);
    }

    /// <summary>The decision as it may be written. If it makes the cluster data worse by an invariant, it is refused,
    /// and the data stay as they were read.</summary>
    /// <remarks>A fault that was read is no reason to refuse: the decision may repair it, or be about something
    /// else.</remarks>
    public SentinelDecision Guarded(ClusterData read)
    {
        var violations = Invariants.Check(read, Data);
        var data = violations.IsEmpty ? Data : read;
        var faults = Invariants.Check(data).Select(f => new SentinelNote.ClusterDataFault(f));
        return this with
        {
            Data = data,
            // What a refused decision says about itself does not happen.
            Notes =
            [
                .. violations.IsEmpty ? Notes : [],
                .. violations.Select(v => new SentinelNote.DecisionRefused(v)),
                .. faults,
            ],
        };
    }

    /// <summary>The cluster data contradict themselves, so the reports were not used, and time did not pass for the
    /// memory.</summary>
    public bool IsWithoutObservation => Notes.Any(n => n is SentinelNote.UidMismatch);

    /// <summary>It must not be written (<see cref="Guarded"/>).</summary>
    public bool IsRefused => Notes.Any(n => n is SentinelNote.DecisionRefused);

    private static DecisionState RejectUidMismatches(DecisionState state) =>
        Invariants.UidMismatches(state.Data).FirstOrDefault() is { } mismatch
            ? state.Reject(new SentinelNote.UidMismatch(mismatch))
            : state;
}
