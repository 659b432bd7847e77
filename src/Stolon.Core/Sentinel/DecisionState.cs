using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>The state of a decision between its steps: what was read, what has been decided so far, and why.</summary>
public sealed record DecisionState
{
    private DecisionState(SentinelView view, SentinelMemory memory)
    {
        View = view;
        Memory = memory;
        Data = view.Data;
        Settings = ClusterSettings.From(view.Data.Cluster.Spec);
    }

    public SentinelView View { get; }

    public ClusterSettings Settings { get; private init; }

    public SentinelMemory Memory { get; init; }

    /// <summary>The cluster data as decided so far.</summary>
    public ClusterData Data { get; init; }

    public ValueList<SentinelNote> Notes { get; private init; }

    /// <summary>The proxies that may be forwarding, sorted.</summary>
    public ValueList<ProxyUid> ActiveProxies { get; init; }

    /// <summary>The keepers with fresh reports that certainly come from their present run.</summary>
    public ValueList<KeeperUid> ReportingKeepers { get; init; }

    /// <summary>The instances that serve but whose keepers cannot observe them
    /// (<see cref="UnobservedInstance"/>).</summary>
    public ValueList<InstanceUid> Unobserved { get; init; }

    /// <summary>The earliest moment at which the passing of time changes the decision; null: none.</summary>
    public TimeSpan? NextDeadline { get; private init; }

    /// <summary>How many of the view's fresh uids have been used.</summary>
    public int UsedUids { get; private init; }

    /// <summary>This decision replaces the primary, so the later steps that depend on the primary are
    /// skipped.</summary>
    public bool Elected { get; init; }

    /// <summary>Something is so wrong that nothing may be written.</summary>
    public bool Refused { get; private init; }

    /// <summary>The elected primary; null: there is none, or it is not among the instances.</summary>
    public Instance? Primary => Data.Instances.Find(Data.Cluster.Primary);

    /// <summary>The primary has carried out its specification and its latest report was healthy, so its status is
    /// current. An instance counts as healthy for failInterval after its last healthy report; that is not enough to
    /// remove or place instances.</summary>
    public bool PrimaryIsSteady =>
        Primary is { Status.Healthy: true, Converged: true } primary
        && !Memory.InstanceFailingSince.ContainsKey(primary.Uid)
        && !Unobserved.Contains(primary.Uid);

    public static DecisionState Begin(SentinelView view, SentinelMemory memory) => new(view, memory);

    /// <summary>Applies the next step, unless the decision was rejected.</summary>
    public DecisionState Then(Func<DecisionState, DecisionState> step) => Refused ? this : step(this);

    /// <summary>Applies the step only if the cluster was read in this phase.</summary>
    public DecisionState ThenIn(ClusterPhase phase, Func<DecisionState, DecisionState> step) =>
        View.Data.Cluster.Phase == phase ? Then(step) : this;

    /// <summary>Applies the step only if the primary stays, is healthy and has carried out its specification.</summary>
    public DecisionState ThenWithSteadyPrimary(Func<DecisionState, DecisionState> step) =>
        View.Data.Cluster.Phase == ClusterPhase.Normal && !Elected && PrimaryIsSteady ? Then(step) : this;

    public DecisionState WithNote(SentinelNote note) => this with { Notes = Notes.Add(note) };

    /// <summary>Ends the decision: the cluster data stay as they were read; what was observed is remembered.</summary>
    public DecisionState Reject(SentinelNote note) => WithNote(note) with { Refused = true, Data = View.Data };

    /// <summary>Requests another decision at that moment.</summary>
    public DecisionState DueAt(TimeSpan moment) =>
        moment > View.Now && (NextDeadline is null || moment < NextDeadline)
            ? this with { NextDeadline = moment }
            : this;

    public (DecisionState State, InstanceUid Uid) TakeUid() =>
        (this with { UsedUids = UsedUids + 1 }, View.FreshUids[UsedUids]);

    public DecisionState WithCluster(Cluster cluster) => this with
    {
        Data = Data with { Cluster = cluster },
        Settings = ClusterSettings.From(cluster.Spec),
    };

    public DecisionState WithInstance(Instance instance) =>
        this with { Data = Data with { Instances = Data.Instances.With(instance.Uid, instance) } };

    public DecisionState WithoutInstance(InstanceUid uid) =>
        this with { Data = Data with { Instances = Data.Instances.Without(uid) } };

    /// <summary>The instance with a changed specification.</summary>
    public DecisionState WithSpec(InstanceUid uid, Func<InstanceSpec, InstanceSpec> change)
    {
        var instance = Data.Instances[uid];
        return WithInstance(instance with { Spec = change(instance.Spec) });
    }
}
