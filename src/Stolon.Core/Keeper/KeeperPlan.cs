using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>What a keeper does next, and how its memory changes with it.</summary>
public sealed record KeeperPlan
{
    /// <summary>In order. Empty: nothing is to be done, see <see cref="Verdict"/>.</summary>
    public ValueList<KeeperStep> Steps { get; init; }

    public required KeeperVerdict Verdict { get; init; }

    /// <summary>The memory after all steps succeeded.</summary>
    public required KeeperMemory OnSuccess { get; init; }

    /// <summary>The memory after a step failed.</summary>
    public required KeeperMemory OnFailure { get; init; }

    /// <summary>What is waited for comes soon and without a sign: look again shortly.</summary>
    public bool RunAgainSoon { get; init; }

    /// <summary>Why the restart that some parameters wait for is not made now, though it may be; null: it is not held
    /// back.</summary>
    public string? RestartHeld { get; init; }

    /// <summary>Whom that restart waits for, which is no trouble unless it lasts; null: nobody.</summary>
    public string? RestartAwaits { get; init; }

    /// <summary>What is at risk while these steps last, or until others have come to their end, for the
    /// operator; null: nothing.</summary>
    public string? Risk { get; init; }

    /// <summary>What is to be said about this run, in order.</summary>
    public ValueList<KeeperRemark> Remarks { get; init; }
}

/// <summary>Why a plan is as it is.</summary>
public abstract record KeeperVerdict
{
    private KeeperVerdict()
    {
    }

    /// <summary>There are steps to do; then look again.</summary>
    public sealed record Act : KeeperVerdict;

    /// <summary>The instance is what the cluster data says.</summary>
    public sealed record Converged : KeeperVerdict;

    /// <summary>Something outside has to happen first.</summary>
    public sealed record Waiting(string For) : KeeperVerdict;

    /// <summary>What the cluster data says cannot be done here; an operator or the sentinel must act.</summary>
    /// <param name="Subject">What it is about.</param>
    public sealed record Refused(string Why, ComplaintSubject Subject = ComplaintSubject.Convergence) : KeeperVerdict;
}

/// <summary>Remarks with a text of their own that users' scripts wait for (process-contract.md 4).</summary>
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
