using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Agents.Tests.Keeper;

public sealed class KeeperReporterTests
{
    private readonly KeeperAgentRig _rig = KeeperAgentRig.AtWork();

    public KeeperReporterTests() => _rig.Shared.SetCluster(Clusters.Uid);

    [Fact]
    public void What_was_seen_is_published_with_whose_it_is()
    {
        Observe();
        Publish();

        var report = _rig.Report();
        Assert.Equal((Clusters.K1, Clusters.Uid, "boot"), (report?.Uid, report?.Cluster, report?.BootUuid));
        var seen = report?.Postgres;
        Assert.Equal((Clusters.I1, Generation.First), (seen?.Instance, seen?.Generation));
        Assert.Equal(("10.0.0.1", "5432", true), (seen?.ListenAddress, seen?.Port, seen?.Healthy));
    }

    [Fact]
    public void A_stopped_server_is_reported_unhealthy_with_its_advertised_address()
    {
        _rig.Postgres.Running = false;

        Observe();
        Publish();

        var seen = _rig.Report()?.Postgres;
        Assert.Equal(("10.0.0.1", "5432", false), (seen?.ListenAddress, seen?.Port, seen?.Healthy));
    }

    [Fact]
    public void Another_version_of_the_programs_is_reported_after_the_next_inspection()
    {
        Observe();
        _rig.Postgres.Version = new PostgresVersion(15, 19);

        _rig.Postgres.Running = false;
        Observe();
        Publish();

        Assert.Equal(new PostgresVersion(15, 19), _rig.Report()?.BinaryVersion);
    }

    [Fact]
    public void Every_report_has_another_id_which_is_its_sign_of_life()
    {
        Publish();
        var first = _rig.Report()?.InfoUid;
        Publish();

        Assert.NotEqual(first, _rig.Report()?.InfoUid);
    }

    [Fact]
    public void The_generation_is_the_one_in_force_before_the_server_was_queried()
    {
        _rig.Postgres.BeforeObservation = () =>
            _rig.Files.Instance = _rig.Files.Instance with { Generation = new Generation(2) };

        Observe();
        Publish();

        Assert.Equal(Generation.First, _rig.Report()?.Postgres?.Generation);
    }

    [Fact]
    public void A_keeper_of_no_cluster_without_data_publishes_nothing()
    {
        _rig.Shared.SetCluster(null);
        (_rig.Postgres.HasData, _rig.Postgres.Running) = (false, false);

        Observe();
        Publish();

        Assert.Null(_rig.Report());
    }

    /// <summary>Whoever is about to begin a cluster must know what there is to lose.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_keeper_without_a_cluster_that_holds_data_reports_whether_or_not_its_server_runs(bool running)
    {
        _rig.Shared.SetCluster(null);
        _rig.Files.Keeper = new(Clusters.K1, null);
        _rig.Postgres.Running = running;

        Observe();
        Publish();

        var report = _rig.Report();
        Assert.Null(report?.Cluster);
        Assert.Equal(
            (null, Clusters.I1, "7000000000000000001"),
            (report?.Holds?.Cluster, report?.Holds?.Instance, report?.Holds?.SystemIdentifier));
    }

    /// <summary>Between the two a sentinel could take it for a keeper without data.</summary>
    [Fact]
    public void The_first_report_already_contains_the_held_data()
    {
        _rig.Postgres.Running = false;
        var told = false;
        _rig.Files.BeforeReadingKeeper = () => told |= _rig.Shared.Report() is not null;
        Observe();
        Assert.False(told);
        Assert.NotNull(_rig.Shared.Report());
        Observe();
        Assert.True(told);
    }

    [Fact]
    public void Incomplete_data_are_not_held()
    {
        _rig.Files.Instance = _rig.Files.Instance with { Initializing = true };

        Observe();
        Publish();

        Assert.Null(_rig.Report()?.Holds);
    }

    /// <summary>They were the other cluster's before this keeper took the new one's uid over.</summary>
    [Fact]
    public void Data_are_reported_with_the_cluster_they_were_created_for()
    {
        _rig.Files.Instance = _rig.Files.Instance with { Cluster = new("earlier") };

        Observe();
        Publish();

        Assert.Equal(new ClusterUid("earlier"), _rig.Report()?.Holds?.Cluster);
        Assert.Equal(Clusters.Uid, _rig.Report()?.Cluster);
    }

    [Fact]
    public void A_report_older_than_the_interval_and_the_request_timeout_is_published_unhealthy()
    {
        Observe();
        _rig.Stage.Advance(15);
        Publish();
        Assert.True(_rig.Report()?.Postgres?.Healthy);

        _rig.Stage.Advance(0.1);
        Publish();

        Assert.False(_rig.Report()?.Postgres?.Healthy);
    }

    [Fact]
    public void The_age_of_a_report_counts_from_before_the_query()
    {
        _rig.Postgres.Hangs = true;
        _rig.Stage.Begin(_rig.Reporter.ObserveAsync);
        _rig.Stage.Advance(TimeSpan.FromDays(1));

        Publish();

        Assert.False(_rig.Report()?.Postgres?.Healthy);
    }

    [Fact]
    public void An_obstacle_and_a_write_that_hangs_are_complained_of_each_by_itself()
    {
        _rig.Postgres.WriteProblem = "the storage hangs";
        Observe();
        Publish();
        Assert.True(_rig.Report()?.Postgres?.Healthy);
        Assert.Equal((ComplaintSubject.Storage, "the storage hangs"), Complained());

        (_rig.Postgres.WriteProblem, _rig.Postgres.Obstacle) = (null, "28P01");
        Observe();
        Publish();
        Assert.Equal((ComplaintSubject.Observation, "cannot observe it: 28P01"), Complained());
        Assert.True(_rig.Report()?.Postgres?.Serves);

        _rig.Postgres.Obstacle = null;
        Observe();
        Publish();
        Assert.Empty(_rig.Report()!.Complaints);
    }

    [Fact]
    public void A_server_is_not_reported_as_serving_once_it_is_not_observed_or_is_stopped()
    {
        _rig.Postgres.Obstacle = "28P01";
        Observe();
        _rig.Stage.Advance(15);
        Publish();
        Assert.True(_rig.Report()?.Postgres?.Serves);

        _rig.Stage.Advance(0.1);
        Publish();
        Assert.False(_rig.Report()?.Postgres?.Serves);

        Observe();
        _rig.Stage.Do(token => _rig.Reporter.PublishFinalReportAsync(stopped: false, token));
        Assert.False(_rig.Report()?.Postgres?.Serves);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_farewell_is_unhealthy_and_otherwise_the_last_report(bool stopped)
    {
        Observe();
        _rig.Stage.Do(token => _rig.Reporter.PublishFinalReportAsync(stopped, token));

        var last = _rig.Report()?.Postgres;
        Assert.False(last?.Healthy);
        Assert.Equal(stopped, last?.Stopped);
        Assert.Equal(Clusters.I1, last?.Instance);
    }

    [Fact]
    public void A_change_is_published_at_once_and_a_mere_move_of_the_position_is_not()
    {
        Observe();
        Assert.True(_rig.Signalled(_rig.Publish));

        _rig.Postgres.Position += 1000;
        Observe();
        Assert.False(_rig.Signalled(_rig.Publish));

        _rig.Postgres.Replayed += 1000;
        Observe();
        Assert.False(_rig.Signalled(_rig.Publish));

        _rig.Postgres.Running = false;
        Observe();
        Assert.True(_rig.Signalled(_rig.Publish));
    }

    [Fact]
    public void While_synchronous_standbys_are_awaited_it_observes_twice_a_second()
    {
        Assert.Equal(TimeSpan.FromSeconds(2.5), _rig.Stage.Do(_rig.Reporter.ObserveAsync));
        var data = Clusters.Running();
        var primary = data.Instances[Clusters.I1];
        var spec = primary.Spec with { SynchronousReplication = true, SynchronousStandbys = [Clusters.I2] };
        _rig.Write(data with { Instances = data.Instances.With(primary.Uid, primary with { Spec = spec }) });

        _rig.Stage.Do(_rig.Tick.RunAsync);

        Assert.Equal(TimeSpan.FromSeconds(0.5), _rig.Stage.Do(_rig.Reporter.ObserveAsync));
    }

    private void Observe() => _rig.Stage.Do(_rig.Reporter.ObserveAsync);

    private void Publish() => _rig.Stage.Do(_rig.Reporter.PublishAsync);

    private (ComplaintSubject Subject, string Text) Complained()
    {
        var complaint = Assert.Single(_rig.Report()!.Complaints);
        return (complaint.Subject, complaint.Text);
    }
}
