using Stolon.Agents.Tests.Rig;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Keeper;

/// <summary>Steps that take long, while the cluster data change.</summary>
public sealed class LongStepTests
{
    private static readonly InstanceUid Former = new("i8");
    private static readonly InstanceUid Elected = new("i9");

    private readonly KeeperAgentRig _rig = new();

    public LongStepTests()
    {
        _rig.Files.Keeper = new KeeperState(Clusters.K1, Clusters.Uid);
        _rig.Write(Following(Former));
    }

    [Fact]
    public void A_clone_of_a_source_that_hangs_is_started_again_from_the_next_one()
    {
        _rig.Postgres.Steps.Hanging = "clone";
        _rig.Stage.Begin(_rig.Agent.RunAsync);
        _rig.Stage.Advance(120);
        Assert.Equal(["probe i8.example", "clone i8.example begins"], Steps());

        _rig.Postgres.Steps.Hanging = null;
        _rig.Write(Following(Elected));
        _rig.Stage.Advance(1);

        Assert.Equal(
            [
                "probe i8.example", "clone i8.example begins", "probe i9.example", "clone i9.example begins",
                "clone i9.example",
            ],
            Steps().Take(5));
        Assert.Contains(
            "step CloneFrom was cancelled: the cluster data require something else now", _rig.Stage.Log.Messages);
    }

    [Fact]
    public void A_clone_continues_through_other_changes_and_while_the_store_is_unavailable()
    {
        _rig.Postgres.Steps.Hanging = "clone";
        _rig.Stage.Begin(_rig.Agent.RunAsync);
        var data = Following(Former);
        _rig.Write(data with { Proxy = data.Proxy with { Generation = new Generation(7) } });
        _rig.Stage.Advance(30);
        _rig.Stage.Store.ReadsFail = true;
        _rig.Stage.Advance(30);

        Assert.Equal(["probe i8.example", "clone i8.example begins"], Steps());
    }

    [Fact]
    public void A_change_is_seen_without_a_hint_too()
    {
        _rig.Postgres.Steps.Hanging = "clone";
        _rig.Stage.Begin(_rig.Tick.RunAsync);
        _rig.Write(Clusters.Empty());
        _rig.Stage.Advance(6);

        Assert.Contains(
            "step CloneFrom was cancelled: the cluster data require something else now", _rig.Stage.Log.Messages);
    }

    [Fact]
    public void A_server_that_will_not_end_does_not_keep_the_keeper_from_a_new_cluster()
    {
        var rig = KeeperAgentRig.AtWork();
        rig.Postgres.Steps.Hanging = "stop";
        rig.Write(Clusters.Running() with { Instances = Clusters.Empty().Instances });
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Advance(30);
        var another = new ClusterUid("cluster2");
        var data = Clusters.Empty();
        rig.Write(data with { Cluster = data.Cluster with { Uid = another } });
        rig.Stage.Advance(1);

        Assert.Equal(another, rig.Files.Keeper.Cluster);
        Assert.Equal(another, rig.Report()?.Cluster);
    }

    [Fact]
    public void While_the_source_does_not_answer_the_data_stay_and_are_not_marked()
    {
        _rig.Postgres.HasData = true;
        _rig.Postgres.Steps.Failing.Add("probe i8.example");
        _rig.Stage.Begin(_rig.Agent.RunAsync);
        _rig.Stage.Advance(30);

        Assert.True(_rig.Postgres.HasData);
        Assert.Null(_rig.Files.Instance.Uid);
        Assert.DoesNotContain("erase", _rig.Journal);
    }

    [Fact]
    public void Old_data_are_replaced_when_the_clone_beside_is_whole_and_deleted_when_it_has_started()
    {
        _rig.Postgres.HasData = true;
        _rig.Stage.Begin(_rig.Agent.RunAsync);
        _rig.Stage.Advance(30);

        Assert.Equal(
            ["probe i8.example", "clone i8.example beside", "swap in", "start"], Steps().Take(4));
        Assert.Contains("drop replaced", Steps());
        Assert.DoesNotContain("erase", Steps());
    }

    [Fact]
    public void A_keeper_that_must_keep_the_last_copy_reports_what_to_do()
    {
        _rig.Write(Known(Following(Former)));
        _rig.Postgres.HasData = true;
        _rig.Postgres.CloneSpace = _rig.Postgres.CloneSpace with { BesideObstacle = "it is a mount point" };
        _rig.Stage.Begin(_rig.Agent.RunAsync);
        _rig.Stage.Advance(30);

        Assert.All(Steps(), s => Assert.StartsWith("probe", s, StringComparison.Ordinal));
        var complaint = Assert.Single(_rig.Report()!.Complaints, c => c.Subject == ComplaintSubject.Convergence);
        Assert.Contains("it is a mount point", complaint.Text, StringComparison.Ordinal);
        Assert.Contains("free the space, or move the data directory away", complaint.Text, StringComparison.Ordinal);
        Assert.True(complaint.Refusal);
        var since = complaint.Since;
        _rig.Stage.Advance(30);
        Assert.Equal(since, Assert.Single(_rig.Report()!.Complaints, c => c.Refusal).Since);

        // Copying takes hours: nobody is to take it for a refusal meanwhile.
        _rig.Postgres.Steps.Hanging = "clone";
        _rig.Postgres.CloneSpace = _rig.Postgres.CloneSpace with { BesideObstacle = null };
        _rig.Stage.Advance(30);
        Assert.Contains(Steps(), s => s.EndsWith("beside", StringComparison.Ordinal));
        Assert.DoesNotContain(_rig.Report()!.Complaints, c => c.Refusal);
    }

    [Fact]
    public void While_old_data_are_gone_and_the_clone_is_not_whole_the_keeper_complains_of_the_risk()
    {
        var data = Known(Following(Former));
        var third = data.Instances[Former] with { Uid = new("i7") };
        third = third with { Spec = third.Spec with { Keeper = new("k7") } };
        var keeper = data.Keepers[data.Instances[Former].Spec.Keeper];
        _rig.Write(data with
        {
            Instances = data.Instances.With(third.Uid, third),
            Keepers = data.Keepers.With(new("k7"), keeper with { Uid = new("k7") }),
        });
        _rig.Postgres.HasData = true;
        _rig.Postgres.Steps.Hanging = "clone";
        _rig.Postgres.CloneSpace = _rig.Postgres.CloneSpace with { BesideObstacle = "it is a mount point" };
        _rig.Stage.Begin(_rig.Agent.RunAsync);
        _rig.Stage.Advance(30);

        Assert.Equal(["probe i8.example", "erase", "clone i8.example begins"], Steps());
        var complaint = Assert.Single(_rig.Report()!.Complaints, c => c.Subject == ComplaintSubject.Storage);
        Assert.Contains("only instance i8 and i7 have this cluster's data", complaint.Text, StringComparison.Ordinal);
    }

    private static ClusterData Known(ClusterData data) => data with
    {
        Instances = data.Instances.With(Former, data.Instances[Former] with
        {
            Status = data.Instances[Former].Status with { SystemIdentifier = "7000000000000000001" },
        }),
    };

    private IEnumerable<string> Steps() => _rig.Journal.Where(j => !j.StartsWith("keeper", StringComparison.Ordinal));

    /// <summary>Instance i1 on k1 is to become a copy of the one followed.</summary>
    private static ClusterData Following(InstanceUid followed)
    {
        var data = Clusters.Running();
        var (own, other) = (data.Instances[Clusters.I1], data.Instances[Clusters.I2]);
        var source = other with
        {
            Uid = followed,
            Spec = other.Spec with { Followers = [Clusters.I1] },
            Status = other.Status with { ListenAddress = $"{followed}.example" },
        };
        var copy = own with
        {
            Spec = own.Spec with
            {
                InitMode = InstanceInitMode.Resync,
                Role = InstanceRole.Standby,
                Follow = new FollowSource.Internal(followed),
            },
            Status = new InstanceStatus(),
        };
        return data with
        {
            Cluster = data.Cluster with { Primary = followed },
            Instances = Clusters.Empty().Instances.With(copy.Uid, copy).With(source.Uid, source),
        };
    }
}
