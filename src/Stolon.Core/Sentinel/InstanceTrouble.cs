using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Why an instance is not healthy, or soon will not be, for the operator.</summary>
internal static class InstanceTrouble
{
    /// <returns>Null: nothing is wrong with it.</returns>
    public static string? Reason(DecisionState state, Instance instance)
    {
        var keeper = instance.Spec.Keeper;
        if (KeeperObservation.IsUnproven(state, keeper))
        {
            return instance.Status.Trouble?.Reason;
        }

        if (state.Data.Keepers.Find<KeeperUid, KeeperRecord>(keeper)?.Status is { Healthy: false, Trouble: { } known })
        {
            return $"its keeper {keeper} is not healthy: {known.Reason}";
        }

        if (!state.Memory.InstanceFailingSince.TryGetValue(instance.Uid, out var since))
        {
            return Unobserved(state, instance) ?? Behind(state, instance);
        }

        var isBeingCreated = instance.Status.CurrentGeneration == Generation.None;
        if (isBeingCreated && state.View.Now - since <= state.Settings.FailInterval)
        {
            return null;
        }

        if (!state.ReportingKeepers.Contains(keeper))
        {
            return KeeperTrouble.SilentFor(state, keeper) is null
                ? instance.Status.Trouble?.Reason
                : $"its keeper {keeper} does not report";
        }

        if (CrashLoop.Reason(state, instance.Uid) is { } loop)
        {
            return loop;
        }

        return state.View.Keepers[keeper].Postgres is { } report && report.Instance == instance.Uid
            ? OfReport(keeper, report)
            : $"keeper {keeper} has no data of it" + (isBeingCreated ? " yet" : "");
    }

    /// <summary>Adds why a standby that cannot be started is not rebuilt.</summary>
    public static DecisionState NoteStandbysNotRebuilt(DecisionState state)
    {
        foreach (var note in state.Notes.OfType<SentinelNote.StandbyNotRebuilt>())
        {
            var (instance, before) =
                (state.Data.Instances[note.Instance], state.View.Data.Instances.Find(note.Instance));
            var reason = string.Join("; ", new[] { instance.Status.Trouble?.Reason, $"it is not rebuilt: {note.Why}" }
                .OfType<string>());
            var trouble = Trouble.Of(reason, before?.Status.Trouble, state.View.WallNow);
            state = state.WithInstance(instance with { Status = instance.Status with { Trouble = trouble } });
        }

        return state;
    }

    private static string? Unobserved(DecisionState state, Instance instance) =>
        !state.Unobserved.Contains(instance.Uid) ? null
        : $"keeper {instance.Spec.Keeper} cannot observe it, though it serves: "
            + state.View.Keepers[instance.Spec.Keeper].Postgres?.Obstacle;

    /// <summary>Every change begins with an instance that is behind for a moment; only a longer delay is
    /// reported.</summary>
    private static string? Behind(DecisionState state, Instance instance) =>
        !instance.Converged
        && state.Memory.Convergence.TryGetValue(instance.Uid, out var unconfirmed)
        && unconfirmed.Generation == instance.Generation
        && state.View.Now - unconfirmed.Since > 2 * state.Settings.SleepInterval
            ? UnconfirmedGeneration(instance)
            : null;

    public static string UnconfirmedGeneration(Instance instance) =>
        $"it has carried out generation {instance.Status.CurrentGeneration}, and not yet {instance.Generation}";

    private static string OfReport(KeeperUid keeper, PostgresReport report) => report switch
    {
        { Stopped: true } => $"keeper {keeper} was asked to stop, and has shut it down cleanly",
        { Reason: { } reason } => reason,
        _ => $"keeper {keeper} reports that it does not answer every query",
    };
}
