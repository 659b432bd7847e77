using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>One thing a keeper does to its files or its server. Steps are done in order; the first that fails ends the
/// plan.</summary>
public abstract record KeeperStep
{
    private KeeperStep()
    {
    }

    /// <summary>Must not be done on old news: after a freeze, somebody else may have been elected meanwhile.</summary>
    public virtual bool NeedsCurrentClusterData => false;

    /// <summary>What a step that may take long is done for: when that changes meanwhile, the step is ended.</summary>
    public virtual StepPurpose Purpose => StepPurpose.Itself;

    /// <summary>Remember the cluster this keeper belongs to.</summary>
    public sealed record SaveCluster(ClusterUid Cluster) : KeeperStep;

    /// <summary>Remember whose the data is and how far it got.</summary>
    public sealed record SaveInstance(InstanceState State) : KeeperStep;

    /// <summary>A server that is frozen stops when it thaws.</summary>
    public sealed record Stop : KeeperStep
    {
        public override StepPurpose Purpose => StepPurpose.Instance;
    }

    /// <summary>Fail unless the server there answers as a source of this cluster's data: what it is to replace may be
    /// the last copy.</summary>
    /// <param name="SystemIdentifier">Null: not known.</param>
    public sealed record ProbeSource(ServerAddress Source, InstanceUid Self, string? SystemIdentifier) : KeeperStep;

    /// <summary>Delete the data directory. It may have become the last copy since the news were read.</summary>
    /// <param name="Why">For the log.</param>
    public sealed record Erase(string Why) : KeeperStep
    {
        public override bool NeedsCurrentClusterData => true;
    }

    /// <summary>Move the data directory aside, to where the operator finds it whole: nothing is deleted. Fails where it
    /// cannot be moved; then it stays as it is. It may have become the last copy since the news were read.</summary>
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

    /// <summary>Remember the parameters in the files as those found at initialisation, in this state.</summary>
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

    /// <summary>Make a clone beside the data directory, which stays as it is. The look that follows finds it
    /// whole.</summary>
    public sealed record CloneBeside(ServerAddress Source, InstanceUid Self, string Slot) : KeeperStep
    {
        public override StepPurpose Purpose => StepPurpose.Source;
    }

    /// <summary>Put the clone made beside into the place of the data directory, which is kept; or go on with that
    /// where it broke off.</summary>
    public sealed record SwapIn : KeeperStep;

    /// <summary>Delete the data that a clone has replaced, for it has proved itself: a portion of them, as there may be
    /// much, and this instance may be elected meanwhile.</summary>
    public sealed record DropReplaced : KeeperStep;

    /// <summary>Fail unless the own history belongs to that of the instance followed.</summary>
    public sealed record VerifyBranch(TimelinePosition Followed) : KeeperStep;

    /// <summary>Before a promotion: another instance took the next timeline from the same point. Once its number is
    /// known here, PostgreSQL gives this one the number after it; else nothing would tell the two histories
    /// apart.</summary>
    /// <param name="Taken">The other's timeline.</param>
    /// <param name="Fork">Where it left this one's.</param>
    public sealed record NoteTimeline(Timeline Taken, TimelineSwitch Fork) : KeeperStep;

    public sealed record Promote(ServerConfiguration Configuration) : KeeperStep
    {
        public override bool NeedsCurrentClusterData => true;
    }

    public sealed record Reload(ServerConfiguration Configuration) : KeeperStep;

    public sealed record CreateSlot(string Name) : KeeperStep;

    /// <summary>Fails softly: a slot may still be in use for a moment; the next look tries again.</summary>
    public sealed record DropSlot(string Name) : KeeperStep;
}

/// <summary>What a step is done for.</summary>
public enum StepPurpose
{
    /// <summary>It is short, or must not be left half-done.</summary>
    Itself,

    /// <summary>The instance assigned to this keeper.</summary>
    Instance,

    /// <summary>The instance assigned, as a copy of the one it follows.</summary>
    Source,
}
