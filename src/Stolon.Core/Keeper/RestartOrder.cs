using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>The order in which servers restart for changed parameters: one standby first, then the other standbys, then
/// the server that they follow. A change that failed on one server stops there.</summary>
/// <remarks>A raised value must reach standbys first: with a lower value than the primary a standby stops replay or
/// ends. And a value with which PostgreSQL does not start must not stop the primary as well as its standbys. Instances
/// that are being cloned, or that were unhealthy before, are not waited for.</remarks>
internal static class RestartOrder
{
    public static RestartTurn NextTurn(KeeperView view, Instance instance, ServerAnswers answers)
    {
        var followed = view.FollowedBy(instance);
        var standbys = FollowersOf(view, instance).ToList();
        var siblings = followed is null ? [] : FollowersOf(view, followed).Where(i => i.Uid != instance.Uid).ToList();
        IEnumerable<Instance> source = followed is null ? [] : [followed];
        if (FailedChange(view, [.. standbys, .. siblings, .. source], answers) is { } why)
        {
            return new RestartTurn.Held(why);
        }

        if (LackingRestart(standbys, answers) is { IsEmpty: false } owing)
        {
            return new RestartTurn.AfterOthers(owing);
        }

        // The first standby tries the change for the others.
        var tried = siblings.Exists(s => s.Status.Healthy && !LacksRestart(s, answers));
        var earlier = LackingRestart(siblings.Where(s => s.Uid.CompareTo(instance.Uid) < 0), answers);
        return !tried && !earlier.IsEmpty ? new RestartTurn.AfterOthers(earlier) : new RestartTurn.Now();
    }

    /// <summary>The instances waited for, for the operator.</summary>
    public static string WaitReason(KeeperView view, ServerAnswers answers, RestartTurn.AfterOthers turn)
    {
        var others = turn.Others.Select(uid => view.Data.Instances[uid]).Select(
            i => $"{Describe(i)}{(i.Status.Trouble is { } trouble ? $" ({trouble.Reason})" : "")}");
        return $"the restart for changed parameters{Names(answers)} waits until these have restarted: "
            + $"{string.Join(", ", others)}; repair them, or restart this PostgreSQL by hand";
    }

    private static ValueList<InstanceUid> LackingRestart(IEnumerable<Instance> others, ServerAnswers answers) =>
        others.Where(o => LacksRestart(o, answers)).Select(o => o.Uid).ToSortedSet();

    /// <returns>What failed; null: nothing known.</returns>
    private static string? FailedChange(KeeperView view, IReadOnlyList<Instance> others, ServerAnswers answers)
    {
        foreach (var other in others)
        {
            var refused = other.Status.LeftOut.Where(name => IsPending(answers, name)).ToList();
            if (other.Converged && refused.Count > 0)
            {
                return Held(answers, $"{Describe(other)} rejects {string.Join(", ", refused)}");
            }

            if (!other.Status.Healthy && view.Memory.RollOut is { } change && change.HealthyBefore.Contains(other.Uid)
                && other.Status.CurrentGeneration != Generation.None)
            {
                return Held(answers, $"{Describe(other)} was healthy before the change and is not now");
            }
        }

        return null;
    }

    /// <summary>It has not restarted yet, or does not know the change yet.</summary>
    private static bool LacksRestart(Instance other, ServerAnswers answers) =>
        other is { Status: { Healthy: true, CurrentGeneration.Value: > 0 } }
        && (!other.Converged || other.Status.PendingRestart.Any(name => IsPending(answers, name)));

    private static bool IsPending(ServerAnswers answers, string name) =>
        answers.PendingParameters.IsEmpty || answers.PendingParameters.Contains(name);

    private static string Held(ServerAnswers answers, string what) =>
        $"the restart for changed parameters{Names(answers)} is held back: {what}; "
        + "correct the parameter or repair that instance, or restart this PostgreSQL by hand";

    private static string Names(ServerAnswers answers) =>
        answers.PendingParameters.IsEmpty ? "" : $" ({string.Join(", ", answers.PendingParameters)})";

    private static string Describe(Instance instance) => $"instance {instance.Uid} on keeper {instance.Spec.Keeper}";

    private static IEnumerable<Instance> FollowersOf(KeeperView view, Instance source) =>
        view.Data.Instances.Values.Where(
            i => i.Spec.Follow is FollowSource.Internal follow && follow.Instance == source.Uid);
}

/// <summary>Whether a server may restart now for changed parameters.</summary>
internal abstract record RestartTurn
{
    private RestartTurn()
    {
    }

    public sealed record Now : RestartTurn;

    /// <summary>Other instances restart first, which is soon unless something is wrong with them.</summary>
    /// <param name="Others">Sorted.</param>
    public sealed record AfterOthers(ValueList<InstanceUid> Others) : RestartTurn;

    /// <summary>The change failed on another instance: no restart until an operator has acted.</summary>
    public sealed record Held(string Why) : RestartTurn;
}
