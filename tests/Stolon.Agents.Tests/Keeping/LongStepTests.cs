using Stolon.Agents.Tests.Rig;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Keeping;

/// <summary>Steps that take long, while the cluster data change.</summary>
public sealed class LongStepTests
{
    private static readonly InstanceUid Former = new("i8");
    private static readonly InstanceUid Elected = new("i9");

    private readonly KeeperRig _rig = new();

    public LongStepTests()
    {
        _rig.Files.Keeper = new KeeperState(Clusters.K1, Clusters.Uid);
        _rig.Write(Following(Former));
    }

    [Fact]
    public void A_copy_from_a_source_that_hangs_is_begun_anew_from_the_next_one()
    {
        _rig.Postgres.Hanging = "clone";
        _rig.Stage.Begin(_rig.Agent.RunAsync);
        _rig.Stage.Pass(120);
        Assert.Equal(["probe i8.example", "clone i8.example begins"], Steps());

        _rig.Postgres.Hanging = null;
        _rig.Write(Following(Elected));
        _rig.Stage.Pass(1);

        Assert.Equal(
            [
                "probe i8.example", "clone i8.example begins", "probe i9.example", "clone i9.example begins",
                "clone i9.example",
            ],
            Steps().Take(5));
        Assert.Contains(
            "step CloneFrom was ended: the cluster data ask for something else now", _rig.Stage.Log.Told);
    }

    [Fact]
    public void A_copy_goes_on_through_other_changes_and_while_the_store_is_away()
    {
        _rig.Postgres.Hanging = "clone";
        _rig.Stage.Begin(_rig.Agent.RunAsync);
        var data = Following(Former);
        _rig.Write(data with { Proxy = data.Proxy with { Generation = new Generation(7) } });
        _rig.Stage.Pass(30);
        _rig.Stage.Store.ReadsFail = true;
        _rig.Stage.Pass(30);

        Assert.Equal(["probe i8.example", "clone i8.example begins"], Steps());
    }

    [Fact]
    public void A_change_is_seen_without_a_hint_too()
    {
        _rig.Postgres.Hanging = "clone";
        _rig.Stage.Begin(_rig.Tick.RunAsync);
        _rig.Write(Clusters.Empty());
        _rig.Stage.Pass(6);

        Assert.Contains(
            "step CloneFrom was ended: the cluster data ask for something else now", _rig.Stage.Log.Told);
    }

    [Fact]
    public void A_server_that_will_not_end_does_not_keep_the_keeper_from_a_new_cluster()
    {
        var rig = KeeperRig.AtWork();
        rig.Postgres.Hanging = "stop";
        rig.Write(Clusters.Running() with { Instances = Clusters.Empty().Instances });
        rig.Stage.Begin(rig.Agent.RunAsync);
        rig.Stage.Pass(30);
        var another = new ClusterUid("cluster2");
        var data = Clusters.Empty();
        rig.Write(data with { Cluster = data.Cluster with { Uid = another } });
        rig.Stage.Pass(1);

        Assert.Equal(another, rig.Files.Keeper.Cluster);
        Assert.Equal(another, rig.Report()?.Cluster);
    }

    [Fact]
    public void While_the_source_does_not_answer_the_data_stay_and_are_not_marked()
    {
        _rig.Postgres.HasData = true;
        _rig.Postgres.Failing.Add("probe i8.example");
        _rig.Stage.Begin(_rig.Agent.RunAsync);
        _rig.Stage.Pass(30);

        Assert.True(_rig.Postgres.HasData);
        Assert.Null(_rig.Files.Instance.Uid);
        Assert.DoesNotContain("erase", _rig.Journal);
    }

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
