using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>How far a keeper is with an instance's present generation (sentinel.md 4.4).</summary>
internal enum ConvergenceState
{
    Converged,

    /// <summary>On its way, within its time.</summary>
    Converging,

    /// <summary>Its time is over.</summary>
    Failed,
}

/// <summary>Remembers since when each instance owes its generation, and judges by it.</summary>
/// <remarks>A keeper that cannot log in cannot carry anything out: its time begins when it can.</remarks>
internal static class Convergence
{
    public static Pass Remember(Pass pass)
    {
        var table = ValueMap<InstanceUid, Owed>.Empty;
        foreach (var instance in pass.Data.Instances.Values.Where(i => !i.Converged))
        {
            var owed = pass.Memory.Convergence.TryGetValue(instance.Uid, out var known)
                && known.Generation == instance.Generation
                && !UnobservedInstance.Stays(pass, instance)
                    ? known
                    : new Owed(instance.Generation, pass.View.Now);
            table = table.With(instance.Uid, owed);
            var timeout = TimeoutOf(pass, instance);
            pass = timeout > TimeSpan.Zero ? pass.DueAt(owed.Since + timeout + KeeperObservation.Tick) : pass;
        }

        return pass with { Memory = pass.Memory with { Convergence = table } };
    }

    /// <param name="timeout">Zero: it never fails.</param>
    public static ConvergenceState StateOf(Pass pass, Instance instance, TimeSpan timeout)
    {
        if (instance.Converged)
        {
            return ConvergenceState.Converged;
        }

        var overdue = timeout > TimeSpan.Zero
            && pass.Memory.Convergence.TryGetValue(instance.Uid, out var owed)
            && pass.View.Now - owed.Since > timeout;
        return overdue ? ConvergenceState.Failed : ConvergenceState.Converging;
    }

    /// <summary>A first initdb has initTimeout, a backup or an adopted directory has no limit, a clone may take long
    /// (syncTimeout); everything else has convergenceTimeout (sentinel.md 7, "Status", and 7.1). Zero: no
    /// limit.</summary>
    public static TimeSpan TimeoutOf(Pass pass, Instance instance)
    {
        if (pass.View.Data.Cluster.Phase == ClusterPhase.Initializing)
        {
            return pass.Settings.InitMode == ClusterInitMode.New ? pass.Settings.InitTimeout : TimeSpan.Zero;
        }

        return instance.Generation == Generation.First && instance.Spec.InitMode == InstanceInitMode.Resync
            ? pass.Settings.SyncTimeout
            : pass.Settings.ConvergenceTimeout;
    }
}
