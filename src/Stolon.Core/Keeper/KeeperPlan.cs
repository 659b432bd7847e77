using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>The keeper's next steps, and the memory that results.</summary>
public sealed record KeeperPlan
{
    /// <summary>In order. Empty: nothing to do, see <see cref="Verdict"/>.</summary>
    public ValueList<KeeperStep> Steps { get; init; }

    public required KeeperVerdict Verdict { get; init; }

    /// <summary>The memory after all steps succeeded.</summary>
    public required KeeperMemory OnSuccess { get; init; }

    /// <summary>The memory after a step failed.</summary>
    public required KeeperMemory OnFailure { get; init; }

    /// <summary>The event that the plan waits for comes soon and without a notification: plan again shortly.</summary>
    public bool RunAgainSoon { get; init; }

    /// <summary>Why a restart that changed parameters need, and that is allowed, is not done; null: it is not held
    /// back.</summary>
    public string? RestartHeld { get; init; }

    /// <summary>The instances that must restart first. This is normal unless it lasts; null: none.</summary>
    public string? RestartAwaits { get; init; }

    /// <summary>The risk while these steps run, or until other steps have finished, for the operator; null:
    /// none.</summary>
    public string? Risk { get; init; }

    /// <summary>What to log about this run, in order.</summary>
    public ValueList<KeeperRemark> Remarks { get; init; }
}

/// <summary>The state that a plan reports.</summary>
public abstract record KeeperVerdict
{
    private KeeperVerdict()
    {
    }

    /// <summary>Do the steps, then plan again.</summary>
    public sealed record Act : KeeperVerdict;

    /// <summary>The instance matches the cluster data.</summary>
    public sealed record Converged : KeeperVerdict;

    /// <summary>Wait until the given condition is true.</summary>
    public sealed record Waiting(string For) : KeeperVerdict;

    /// <summary>The cluster data require something that is not possible here. An operator or the sentinel must
    /// act.</summary>
    /// <param name="Subject">The subject of the complaint.</param>
    public sealed record Refused(string Why, ComplaintSubject Subject = ComplaintSubject.Convergence) : KeeperVerdict;
}

/// <summary>Log texts that users' scripts wait for (docs/spec/process-contract.md 4).</summary>
public enum KeeperRemark
{
    PrimaryRequested,
    StandbyRequested,
    AlreadyPrimary,
    AlreadyStandby,
    ParametersChanged,
    ParametersUnchanged,
    SynchronousStandbysChanged,
    HbaChanged,
    RestartNeeded,
}
