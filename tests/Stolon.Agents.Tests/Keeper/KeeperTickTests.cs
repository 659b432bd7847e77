using Stolon.Agents.Ports.Postgres;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Tests.Keeper;

public sealed class KeeperTickTests
{
    private const string Making = "initdb, start temporarily, await ready, roles, stop";

    private readonly KeeperAgentRig _rig = new();

    [Fact]
    public void A_new_instance_is_created_started_and_reached_in_one_tick()
    {
        _rig.Write(Clusters.Initializing());

        Tick();

        Assert.StartsWith(Making + ", start, await ready", _rig.Done(), StringComparison.Ordinal);
        Assert.Equal(
            new InstanceState { Uid = Clusters.I1, Cluster = Clusters.Uid, Generation = Generation.First },
            _rig.Files.Instance);
    }

    [Fact]
    public void What_it_refuses_to_give_up_it_complains_of_as_long_as_that_is_so()
    {
        _rig.Files.Keeper = new KeeperState(Clusters.K1, new ClusterUid("earlier"));
        _rig.Files.Instance = new InstanceState { Uid = new("theirs"), Generation = Generation.First };
        _rig.Postgres.HasData = true;
        _rig.Write(Clusters.Initializing());

        Tick();

        Assert.Equal("", _rig.Done());
        var complaint = Assert.Single(_rig.Complaints.Now);
        Assert.Equal(ComplaintSubject.Data, complaint.Subject);
        Assert.Contains("a whole instance of cluster earlier", complaint.Text, StringComparison.Ordinal);
        Assert.Equal(Clusters.Uid, _rig.Files.Keeper.Cluster);
        Assert.Equal(new ClusterUid("earlier"), _rig.Files.Instance.Cluster);

        _rig.Postgres.HasData = false;
        Tick();
        Assert.Empty(_rig.Complaints.Now);
    }

    [Fact]
    public void With_consent_the_data_are_moved_aside_before_new_ones_are_created()
    {
        _rig.Files.Keeper = new KeeperState(Clusters.K1, new ClusterUid("earlier"));
        _rig.Files.Instance = new InstanceState { Uid = new("theirs"), Generation = Generation.First };
        _rig.Postgres.HasData = true;
        var data = Clusters.Initializing();
        var consent = new OverwriteConsent { Clusters = [new ClusterUid("earlier")] };
        _rig.Write(data with { Cluster = data.Cluster with { Consent = consent } });

        Tick();

        Assert.StartsWith("set aside, " + Making, _rig.Done(), StringComparison.Ordinal);
    }

    /// <summary>An old copy of the store was put back.</summary>
    [Fact]
    public void On_cluster_data_older_than_it_has_seen_it_leaves_its_server_and_remembers_that_beyond_a_restart()
    {
        _rig.Files.Instance = new InstanceState { Uid = Clusters.I2, Cluster = Clusters.Uid };
        (_rig.Postgres.HasData, _rig.Postgres.Running) = (true, true);
        _rig.Files.Keeper = new KeeperState(Clusters.K1, Clusters.Uid)
        {
            Seen = new SeenClusterData(Clusters.Uid, new Generation(7), WallTime.Never),
        };
        _rig.Write(Clusters.Routed(Clusters.I1, 5));

        Tick();

        Assert.Equal("", _rig.Done());
        Assert.Equal(ComplaintSubject.Data, Assert.Single(_rig.Complaints.Now).Subject);
        Assert.True(_rig.Files.Keeper.Seen?.WentBack);
    }

    [Fact]
    public void Steps_that_succeeded_are_remembered_and_not_done_again()
    {
        _rig.Write(Clusters.Initializing());
        _rig.Postgres.Steps.Failing.Add("start");
        Assert.Throws<PostgresToolException>(Tick);
        Assert.Equal(Making + ", start fails", _rig.Done());
        _rig.Postgres.Steps.Failing.Clear();

        Tick();

        Assert.StartsWith("start, await ready", _rig.Done(), StringComparison.Ordinal);
    }

    [Fact]
    public void After_a_failed_step_the_plan_starts_from_the_beginning()
    {
        _rig.Write(Clusters.Initializing());
        _rig.Postgres.Steps.Failing.Add("roles");
        Assert.Throws<PostgresToolException>(Tick);
        _rig.Done();
        _rig.Postgres.Steps.Failing.Clear();

        Tick();

        Assert.StartsWith("stop, erase, " + Making, _rig.Done(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_that_was_not_taken_is_given_again()
    {
        var rig = KeeperAgentRig.AtWork();
        rig.Postgres.Steps.Failing.Add("reload");
        Assert.Throws<PostgresToolException>(() => rig.Stage.Do(rig.Tick.RunAsync));
        rig.Done();
        rig.Postgres.Steps.Failing.Clear();

        rig.Stage.Do(rig.Tick.RunAsync);
        Assert.Equal("reload", rig.Done());
        rig.Stage.Do(rig.Tick.RunAsync);

        Assert.Equal("", rig.Done());
    }

    [Fact]
    public void News_that_became_too_old_are_read_again_before_a_primary_is_started()
    {
        var rig = KeeperAgentRig.AtWork();
        (rig.Postgres.Running, rig.Postgres.Steps.Duration) = (false, TimeSpan.FromSeconds(1));
        rig.Stage.Store.AfterRead = () =>
        {
            rig.Stage.Store.AfterRead = () => rig.Stage.Store.AfterRead = () => { };
            rig.Stage.Store.ReadsHang = true;
        };
        rig.Stage.Begin(rig.Tick.RunAsync);
        rig.Stage.Advance(6);
        rig.Stage.Store.Release();

        rig.Stage.Advance(0.5);
        Assert.Equal("", rig.Done());
        Assert.Equal(2, rig.Stage.Store.Reads);
        rig.Stage.Advance(5);

        Assert.StartsWith("start, await ready", rig.Done(), StringComparison.Ordinal);
    }

    [Fact]
    public void Without_usable_cluster_data_the_server_is_not_changed_and_that_is_logged_once()
    {
        var rig = KeeperAgentRig.AtWork();
        rig.Stage.Do(token => rig.Stage.Server.DeleteAsync(RecordingStore.Paths.ClusterData, token));

        rig.Stage.Do(rig.Tick.RunAsync);
        rig.Stage.Do(rig.Tick.RunAsync);

        Assert.Equal("", rig.Done());
        Assert.True(rig.Postgres.Running);
        Assert.Equal(["there is no cluster data yet; PostgreSQL is left as it is"], rig.Stage.Log.Messages);
    }

    [Fact]
    public void As_soon_as_it_belongs_to_a_cluster_the_publisher_is_woken()
    {
        _rig.Write(Clusters.Empty());

        Tick();

        Assert.Equal(Clusters.Uid, _rig.Shared.Cluster);
        Assert.True(_rig.Signalled(_rig.Publish));
        Tick();
        Assert.False(_rig.Signalled(_rig.Publish));
    }

    [Fact]
    public void After_steps_the_observer_is_woken_also_when_one_failed()
    {
        _rig.Write(Clusters.Initializing());
        _rig.Postgres.Steps.Failing.Add("initdb");

        Assert.Throws<PostgresToolException>(Tick);

        Assert.True(_rig.Signalled(_rig.Observe));
    }

    private void Tick() => _rig.Stage.Do(_rig.Tick.RunAsync);
}
