using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Removes a standby whose server cannot be started on its data, so that its keeper copies the primary's. One
/// at a time: if the copy cannot be started either, the data were not the cause, and no other standby is removed for
/// it.</summary>
/// <remarks>The primary is healthy here. The keeper decides about the old data, and changes them only after the source
/// has answered.</remarks>
internal static class StandbyRebuilding
{
    public static DecisionState Apply(DecisionState state)
    {
        var hopeless = state.Data.Instances.Values.Where(i => TroubleOf(state, i) is not null).ToList();
        foreach (var instance in hopeless)
        {
            if (Objection(state) is { } why)
            {
                state = state.WithNote(new SentinelNote.StandbyNotRebuilt(instance.Uid, instance.Spec.Keeper, why));
                continue;
            }

            var reason = $"it cannot be started, and is to be cloned again: {TroubleOf(state, instance)!.Reason}";
            return state.WithoutInstance(instance.Uid)
                .WithNote(new SentinelNote.InstanceRemoved(instance.Uid, instance.Spec.Keeper, reason));
        }

        return state;
    }

    /// <summary>Null: it can be started, or its data were never complete, or it has not failed for long
    /// enough.</summary>
    private static StartTrouble? TroubleOf(DecisionState state, Instance instance) =>
        instance is { IsStandbyType: true, Spec.InitMode: InstanceInitMode.None, Status.Healthy: false }
        && state.ReportingKeepers.Contains(instance.Spec.Keeper)
        && state.View.Keepers[instance.Spec.Keeper].Postgres is { } report
        && report.Instance == instance.Uid
        && report.StartTrouble is { Hopeless: true } trouble
            ? trouble
            : null;

    private static string? Objection(DecisionState state) =>
        state.Data.Instances.Values.FirstOrDefault(i => IsBeingCopied(state, i)) is { } other
            ? $"instance {other.Uid} on {other.Spec.Keeper} is being cloned first, to find out whether that helps"
            : null;

    private static bool IsBeingCopied(DecisionState state, Instance instance) =>
        instance is { IsStandbyType: true, Spec.InitMode: InstanceInitMode.Resync }
        && state.ReportingKeepers.Contains(instance.Spec.Keeper)
        && !InstanceJudgement.IsRefused(state, instance);
}
