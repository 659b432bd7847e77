using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>How far a keeper is with carrying out an instance's present generation (docs/spec/sentinel.md
/// 4.4).</summary>
internal enum ConvergenceState
{
    Converged,

    /// <summary>Not carried out yet, within the timeout.</summary>
    Converging,

    /// <summary>Not carried out within the timeout.</summary>
    Failed,
}

/// <summary>Remembers since when each instance has not carried out its generation, and compares that with the
/// timeouts.</summary>
/// <remarks>A keeper that cannot log in to its server cannot carry anything out; its timeout starts when it
/// can.</remarks>
internal static class Convergence
{
    public static DecisionState Remember(DecisionState state)
    {
        var table = ValueMap<InstanceUid, UnconfirmedGeneration>.Empty;
        foreach (var instance in state.Data.Instances.Values.Where(i => !i.Converged))
        {
            var unconfirmed = state.Memory.Convergence.TryGetValue(instance.Uid, out var known)
                && known.Generation == instance.Generation
                && !UnobservedInstance.IsKept(state, instance)
                    ? known
                    : new UnconfirmedGeneration(instance.Generation, state.View.Now);
            table = table.With(instance.Uid, unconfirmed);
            var timeout = TimeoutOf(state, instance);
            state = timeout > TimeSpan.Zero
                ? state.DueAt(unconfirmed.Since + timeout + KeeperObservation.Epsilon)
                : state;
        }

        return state with { Memory = state.Memory with { Convergence = table } };
    }

    /// <param name="timeout">Zero: no limit.</param>
    public static ConvergenceState StateOf(DecisionState state, Instance instance, TimeSpan timeout)
    {
        if (instance.Converged)
        {
            return ConvergenceState.Converged;
        }

        var overdue = timeout > TimeSpan.Zero
            && state.Memory.Convergence.TryGetValue(instance.Uid, out var unconfirmed)
            && state.View.Now - unconfirmed.Since > timeout;
        return overdue ? ConvergenceState.Failed : ConvergenceState.Converging;
    }

    /// <summary>initTimeout for the first initdb; no limit for a backup or an adopted directory; syncTimeout for a
    /// clone; convergenceTimeout for everything else (docs/spec/sentinel.md 7, "Status", and 7.1). Zero: no
    /// limit.</summary>
    public static TimeSpan TimeoutOf(DecisionState state, Instance instance)
    {
        if (state.View.Data.Cluster.Phase == ClusterPhase.Initializing)
        {
            return state.Settings.InitMode == ClusterInitMode.New ? state.Settings.InitTimeout : TimeSpan.Zero;
        }

        return instance.Generation == Generation.First && instance.Spec.InitMode == InstanceInitMode.Resync
            ? state.Settings.SyncTimeout
            : state.Settings.ConvergenceTimeout;
    }
}
