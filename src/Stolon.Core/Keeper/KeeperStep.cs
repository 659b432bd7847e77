using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>One change of the keeper's files or its server. Steps run in order; the first that fails ends the
/// plan.</summary>
public abstract record KeeperStep
{
    private KeeperStep()
    {
    }

    /// <summary>The step must not run on old cluster data: after a freeze, another instance may have been
    /// elected.</summary>
    public virtual bool NeedsCurrentClusterData => false;

    /// <summary>What a long step is for. If that changes meanwhile, the step is cancelled.</summary>
    public virtual StepPurpose Purpose => StepPurpose.Itself;

    /// <summary>Save the cluster that this keeper belongs to.</summary>
    public sealed record SaveCluster(ClusterUid Cluster) : KeeperStep;

    /// <summary>Save which instance the data belong to, and the generation reached.</summary>
    public sealed record SaveInstance(InstanceState State) : KeeperStep;

    /// <summary>A frozen server stops when it continues.</summary>
    public sealed record Stop : KeeperStep
    {
        public override StepPurpose Purpose => StepPurpose.Instance;
    }

    /// <summary>Fail unless the server at this address answers and has this cluster's data. The data that it will
    /// replace may be the last copy.</summary>
    /// <param name="SystemIdentifier">Null: not known.</param>
    public sealed record ProbeSource(ServerAddress Source, InstanceUid Self, string? SystemIdentifier) : KeeperStep;

    /// <summary>Delete the data directory. It may have become the last copy since the cluster data were read.</summary>
    /// <param name="Why">For the log.</param>
    public sealed record Erase(string Why) : KeeperStep
    {
        public override bool NeedsCurrentClusterData => true;
    }

    /// <summary>Move the data directory aside, complete, so that the operator can find it. Nothing is deleted; if the
    /// move is impossible, the step fails and changes nothing. The data may have become the last copy since the cluster
    /// data were read.</summary>
    /// <param name="Why">For the log.</param>
    public sealed record SetAside(string Why) : KeeperStep
    {
        public override bool NeedsCurrentClusterData => true;
    }

    public sealed record InitDb(NewConfig Config) : KeeperStep;

    public sealed record Restore(string Command) : KeeperStep
    {
        public override StepPurpose Purpose => StepPurpose.Instance;
    }

    public sealed record Start(ServerConfiguration Configuration, bool Temporary = false) : KeeperStep
    {
        public override bool NeedsCurrentClusterData => !Temporary && Configuration.Recovery == RecoveryMode.None;
    }

    /// <param name="Timeout">Zero: no limit.</param>
    public sealed record AwaitReady(TimeSpan Timeout) : KeeperStep
    {
        public override StepPurpose Purpose => StepPurpose.Instance;
    }

    /// <inheritdoc cref="AwaitReady"/>
    public sealed record AwaitRecoveryEnd(TimeSpan Timeout) : KeeperStep
    {
        public override StepPurpose Purpose => StepPurpose.Instance;
    }

    /// <summary>Save the parameters in the configuration files as those found at initialization, in this
    /// state.</summary>
    public sealed record CaptureParameters(InstanceState State) : KeeperStep;

    public sealed record SetUpRoles : KeeperStep;

    public sealed record Rewind(ServerAddress Primary, InstanceUid Self) : KeeperStep
    {
        public override StepPurpose Purpose => StepPurpose.Source;
    }

    public sealed record CloneFrom(ServerAddress Source, InstanceUid Self, string Slot) : KeeperStep
    {
        public override StepPurpose Purpose => StepPurpose.Source;
    }

    /// <summary>Clone next to the data directory, which does not change. The next observation finds the complete
    /// clone.</summary>
    public sealed record CloneBeside(ServerAddress Source, InstanceUid Self, string Slot) : KeeperStep
    {
        public override StepPurpose Purpose => StepPurpose.Source;
    }

    /// <summary>Move the clone into the place of the data directory, whose old content is kept; or continue an
    /// interrupted swap.</summary>
    public sealed record SwapIn : KeeperStep;

    /// <summary>Delete a part of the data that a clone has replaced, because the clone has started. Only a part,
    /// because there may be much, and this instance may be elected meanwhile.</summary>
    public sealed record DropReplaced : KeeperStep;

    /// <summary>Fail unless the local history is part of the followed instance's history.</summary>
    public sealed record VerifyBranch(TimelinePosition Followed) : KeeperStep;

    /// <summary>Before a promotion: another instance took the next timeline from the same point. PostgreSQL skips a
    /// timeline that it knows. Without this step both histories would have the same number and could not be told
    /// apart.</summary>
    /// <param name="Taken">The other instance's timeline.</param>
    /// <param name="Fork">Where it branched off.</param>
    public sealed record NoteTimeline(Timeline Taken, TimelineSwitch Fork) : KeeperStep;

    public sealed record Promote(ServerConfiguration Configuration) : KeeperStep
    {
        public override bool NeedsCurrentClusterData => true;
    }

    public sealed record Reload(ServerConfiguration Configuration) : KeeperStep;

    public sealed record CreateSlot(string Name) : KeeperStep;

    /// <summary>A failure is not an error: the slot may still be in use, and the next plan tries again.</summary>
    public sealed record DropSlot(string Name) : KeeperStep;
}

/// <summary>What a step is for.</summary>
public enum StepPurpose
{
    /// <summary>The step is short, or must not be interrupted.</summary>
    Itself,

    /// <summary>The instance assigned to this keeper.</summary>
    Instance,

    /// <summary>The assigned instance as a copy of the instance that it follows.</summary>
    Source,
}
