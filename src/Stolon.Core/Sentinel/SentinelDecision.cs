using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>What a sentinel decides from one look.</summary>
/// <param name="Data">The cluster data as it should be; equal to what was read when nothing is to change.</param>
/// <param name="Memory">To be kept whether or not the data gets written.</param>
/// <param name="Notes">What happened and why.</param>
/// <param name="NextDeadline">When time alone will change something, as a <see cref="SentinelView.Now"/> value; null:
/// not foreseen.</param>
public sealed record SentinelDecision(
    ClusterData Data, SentinelMemory Memory, ValueList<SentinelNote> Notes, TimeSpan? NextDeadline)
{
    /// <summary>The table of contents of the product: from what was seen to what shall be (sentinel.md 5 to
    /// 9).</summary>
    public static SentinelDecision Decide(SentinelView view, SentinelMemory memory)
    {
        var state = DecisionState.Begin(view, memory)
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
            .Then(InstanceTrouble.NoteNotRebuilt)
            .ThenWithSteadyPrimary(SynchronousStandbys.Apply)
            .ThenWithSteadyPrimary(StandbyPlacement.Apply)
            .ThenWithSteadyPrimary(Followers.Repoint)
            .ThenIn(ClusterPhase.Normal, Followers.Apply)
            .Then(SettingsPropagation.Apply)
            .Then(ClusterTrouble.Apply)
            .Then(ChangeStamps.Apply);
        return new SentinelDecision(
            state.Data, state.Memory with { HasLooked = true }, state.Notes, state.NextDeadline);
    }
}
