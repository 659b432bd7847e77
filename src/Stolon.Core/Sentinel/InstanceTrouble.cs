using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Why an instance is not healthy, or about to be so no more, in words for the operator.</summary>
internal static class InstanceTrouble
{
    /// <returns>Null: nothing is wrong with it.</returns>
    public static string? Reason(Pass pass, Instance instance)
    {
        var keeper = instance.Spec.Keeper;
        if (KeeperObservation.Unproven(pass, keeper))
        {
            return instance.Status.Trouble?.Reason;
        }

        if (pass.Data.Keepers.Find<KeeperUid, KeeperRecord>(keeper)?.Status is { Healthy: false, Trouble: { } known })
        {
            return $"its keeper {keeper} is not healthy: {known.Reason}";
        }

        if (!pass.Memory.InstanceFailingSince.TryGetValue(instance.Uid, out var since))
        {
            return Unobserved(pass, instance) ?? Behind(pass, instance);
        }

        var beingMade = instance.Status.CurrentGeneration == Generation.None;
        if (beingMade && pass.View.Now - since <= pass.Settings.FailInterval)
        {
            return null;
        }

        if (!pass.HeardKeepers.Contains(keeper))
        {
            return KeeperTrouble.SilentFor(pass, keeper) is null
                ? instance.Status.Trouble?.Reason
                : $"its keeper {keeper} does not report";
        }

        if (CrashLoop.Reason(pass, instance.Uid) is { } loop)
        {
            return loop;
        }

        return pass.View.Keepers[keeper].Postgres is { } report && report.Instance == instance.Uid
            ? OfReport(keeper, report)
            : $"keeper {keeper} has no data of it" + (beingMade ? " yet" : "");
    }

    /// <summary>Adds why a standby that cannot be started is not rebuilt.</summary>
    public static Pass TellNotRebuilt(Pass pass)
    {
        foreach (var note in pass.Notes.OfType<SentinelNote.StandbyNotRebuilt>())
        {
            var (instance, before) = (pass.Data.Instances[note.Instance], pass.View.Data.Instances.Find(note.Instance));
            var reason = string.Join("; ", new[] { instance.Status.Trouble?.Reason, $"it is not rebuilt: {note.Why}" }
                .OfType<string>());
            var trouble = Trouble.Of(reason, before?.Status.Trouble, pass.View.WallNow);
            pass = pass.WithInstance(instance with { Status = instance.Status with { Trouble = trouble } });
        }

        return pass;
    }

    private static string? Unobserved(Pass pass, Instance instance) => !pass.Unobserved.Contains(instance.Uid) ? null
        : $"keeper {instance.Spec.Keeper} cannot observe it, though it serves: "
            + pass.View.Keepers[instance.Spec.Keeper].Postgres?.Obstacle;

    /// <summary>Being behind for a moment is how every change begins.</summary>
    private static string? Behind(Pass pass, Instance instance) =>
        !instance.Converged
        && pass.Memory.Convergence.TryGetValue(instance.Uid, out var owed)
        && owed.Generation == instance.Generation
        && pass.View.Now - owed.Since > 2 * pass.Settings.SleepInterval
            ? Owed(instance)
            : null;

    public static string Owed(Instance instance) =>
        $"it has carried out generation {instance.Status.CurrentGeneration}, and is to carry out {instance.Generation}";

    private static string OfReport(KeeperUid keeper, PostgresReport report) => report switch
    {
        { Stopped: true } => $"keeper {keeper} was told to stop, and has stopped it in order",
        { Reason: { } reason } => reason,
        _ => $"keeper {keeper} says that it does not answer every question",
    };
}
