using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

public sealed class StandbyPlanTests
{
    [Fact]
    public void A_standby_is_not_sent_to_a_server_that_has_no_slot_for_it_yet()
    {
        var rig = KeeperRig.Standby();
        rig.Change("i1", i => i with
        {
            Generation = i.Generation.Next,
            Status = i.Status with { ListenAddress = "10.0.0.9" },
        });
        Assert.IsType<KeeperVerdict.Waiting>(rig.Plan().Verdict);
        rig.Change("i1", i => i with { Status = i.Status with { CurrentGeneration = i.Generation } });
        Assert.Equal("Reload", rig.Steps());
    }

    /// <summary>PostgreSQL logs the new value of a parameter that a reload changes.</summary>
    [Fact]
    public void The_password_is_in_a_file_and_not_in_a_parameter_that_PostgreSQL_logs()
    {
        var rig = KeeperRig.Standby();
        rig.Identity = rig.Identity with
        {
            PasswordFile = "/data dir/pass",
            Replication = rig.Identity.Replication with { Password = new Secret("r:\\") },
        };

        var desired = rig.Desired();

        var info = ConnectionInfo.Parse(desired.RecoveryParameters["primary_conninfo"]);
        Assert.Null(info["password"]);
        Assert.Equal("/data dir/pass", info["passfile"]);
        Assert.Equal(
            new PasswordEntry("/data dir/pass", new Secret($"{info["host"]}:{info["port"]}:*:repl:r\\:\\\\")),
            desired.Password);
        rig.Observation = rig.Observation with { Version = new PostgresVersion(9, 6) };
        Assert.Null(rig.Desired().Password);
        Assert.Contains("password=r:\\\\", rig.Desired().RecoveryParameters["primary_conninfo"]);
    }

    /// <summary>It was changed after the keeper started.</summary>
    [Fact]
    public void The_file_has_the_password_that_the_server_accepts_now()
    {
        var rig = KeeperRig.Standby();
        rig.Identity = rig.Identity with
        {
            PasswordFile = "/pass",
            Replication = rig.Identity.Replication with { Password = new Secret("old") },
        };
        Assert.EndsWith(":old", rig.Desired().Password?.Line.Reveal);

        rig.Observation = rig.Observation with { ReplicationPassword = new Secret("new") };

        Assert.EndsWith(":new", rig.Desired().Password?.Line.Reveal);
    }

    [Fact]
    public void A_server_that_an_older_keeper_started_is_not_restarted_for_a_second_socket()
    {
        var rig = KeeperRig.Standby();
        rig.Identity = rig.Identity with { OwnSocketDirectory = "/data dir/socket" };
        var running = rig.Observation;
        rig.Observation = running with { Server = null };
        Assert.Equal("/tmp,\"/data dir/socket\"", rig.Desired().Parameters["unix_socket_directories"]);

        rig.Observation = running;
        rig.ChangeServer(a => a with { SocketDirectories = "/tmp" });

        Assert.Equal("/tmp", rig.Desired().Parameters["unix_socket_directories"]);
    }

    /// <summary>With a lower value PostgreSQL would not start, and would never replay that its primary has a lower one
    /// now.</summary>
    [Fact]
    public void A_standby_keeps_the_connections_its_data_require_until_they_require_fewer()
    {
        var rig = KeeperRig.Standby();
        rig.ChangeAssigned(s => s with { PgParameters = ValueMap<string, string>.Empty.With("max_connections", "50") });
        var running = rig.Observation;
        rig.Observation = rig.Observation with { Server = null, Data = Requiring(60) };
        var start = rig.Plan();
        Assert.Equal("60", BootstrapPlanTests.Started(start).Configuration.Parameters["max_connections"]);

        rig.Memory = start.OnSuccess;
        rig.Observation = running with { Data = Requiring(50) };
        var reload = Assert.IsType<KeeperStep.Reload>(Assert.Single(rig.Plan().Steps));
        Assert.Equal("50", reload.Configuration.Parameters["max_connections"]);

        DataDirectoryObservation Requiring(int connections) => running.Data! with
        {
            StandbyMinimums = ValueMap<string, int>.Empty.With("max_connections", connections),
        };
    }

    /// <summary>A primary accepts any value.</summary>
    [Fact]
    public void A_primary_takes_fewer_connections_than_its_data_once_required()
    {
        var rig = KeeperRig.Primary();
        rig.ChangeAssigned(s => s with { PgParameters = ValueMap<string, string>.Empty.With("max_connections", "50") });
        rig.Observation = rig.Observation with
        {
            Server = null,
            Data = rig.Observation.Data! with
            {
                StandbyMinimums = ValueMap<string, int>.Empty.With("max_connections", 60),
            },
        };
        Assert.Equal("50", BootstrapPlanTests.Started(rig.Plan()).Configuration.Parameters["max_connections"]);
    }

    [Theory]
    [InlineData(true, 1, true)]
    [InlineData(true, 2, false)]
    [InlineData(true, 0, false)]
    [InlineData(false, 1, false)]
    public void A_primary_restarts_for_a_parameter_after_its_healthy_standbys(bool healthy, long reached, bool waits)
    {
        var rig = KeeperRig.Primary();
        rig.Respec(s => s with { AutomaticPgRestart = true });
        rig.ChangeServer(a => a with { PendingRestart = true });
        rig.Change("i2", i => i with
        {
            Generation = new Generation(2),
            Status = i.Status with { Healthy = healthy, CurrentGeneration = new Generation(reached) },
        });
        Assert.Equal(waits ? "" : "Stop Start AwaitReady", rig.Steps());
    }

    /// <summary>Only its primary was restarted: from PostgreSQL 14 on, replay would stop permanently.</summary>
    [Theory]
    [InlineData(100, "")]
    [InlineData(101, "Stop Start")]
    public void A_standby_with_too_few_connections_for_its_data_is_restarted_with_enough(int required, string steps)
    {
        var rig = KeeperRig.Standby();
        var settings = ValueMap<string, int>.Empty.With("max_connections", 100);
        rig.ChangeServer(answers => answers with { StandbySettings = settings });
        rig.Observation = rig.Observation with
        {
            Data = rig.Observation.Data! with { StandbyMinimums = settings.With("max_connections", required) },
        };
        rig.Memory = rig.Memory with { InEffect = rig.Desired() };
        Assert.Equal(steps, rig.Steps());
        Assert.Equal(
            required > 100 ? $"{required}" : null, rig.Desired().Parameters.GetValueOrDefault("max_connections"));
    }
}
