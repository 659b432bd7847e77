using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

/// <summary>Commands of the operator that hang during recovery.</summary>
public sealed class RecoveryCommandsTests
{
    private static readonly ValueMap<string, string> Commands = ValueMap<string, string>.Empty
        .With("restore_command", "sleep 600")
        .With("recovery_end_command", "sleep 600")
        .With("archive_cleanup_command", "sleep 600");

    [Theory]
    [InlineData("/usr/bin/pgbackrest --secret=x restore", "pgbackrest")]
    [InlineData("PGPASSFILE=/etc/x  pg_basebackup -D %d", "pg_basebackup")]
    [InlineData("PGPASSWORD='a secret' pg_basebackup", "a shell command")]
    [InlineData("A=$(cat b) pg_basebackup", "a shell command")]
    [InlineData("  ", "a shell command")]
    public void Only_the_program_of_a_command_is_shown(string command, string told) =>
        Assert.Equal(told, OperatorCommand.ProgramOf(command));

    [Fact]
    public void A_standby_that_is_down_when_it_is_elected_starts_without_them()
    {
        var rig = Elected();
        rig.Observation = rig.Observation with { Server = null };
        var started = BootstrapPlanTests.Started(rig.Plan()).Configuration;
        Assert.Equal(RecoveryMode.Standby, started.Recovery);
        Assert.DoesNotContain(started.Parameters, p => p.Key.EndsWith("_command", StringComparison.Ordinal));
    }

    /// <summary>A promotion that a command delays stops the server.</summary>
    [Fact]
    public void A_server_that_was_started_without_them_is_promoted_without_them()
    {
        var rig = Elected(World.Synchronous);
        var running = rig.Observation;
        rig.Observation = rig.Observation with { Server = null };
        rig.Memory = rig.Plan().OnSuccess;
        rig.Observation = running;
        var first = rig.Plan();
        var reload = Assert.IsType<KeeperStep.Reload>(Assert.Single(first.Steps));
        Assert.DoesNotContain("restore_command", reload.Configuration.Parameters.Keys);
        Assert.True(first.OnSuccess.WithoutArchive);

        rig.Memory = first.OnSuccess;
        var names = reload.Configuration.Parameters["synchronous_standby_names"];
        rig.Observation = running with
        {
            Server = running.Server! with
            {
                Answers = running.Server.Answers! with { SynchronousStandbyNames = names },
            },
        };
        var plan = rig.Plan();
        Assert.IsType<KeeperStep.Promote>(Assert.Single(plan.Steps));
        Assert.False(plan.OnSuccess.WithoutArchive);
    }

    [Fact]
    public void A_running_standby_is_promoted_with_them()
    {
        var rig = Elected(World.Synchronous);
        var reload = Assert.IsType<KeeperStep.Reload>(rig.Plan().Steps[0]);
        Assert.Equal("sleep 600", reload.Configuration.Parameters["restore_command"]);
    }

    [Fact]
    public void An_elected_standby_that_waits_for_a_command_and_does_not_answer_is_restarted()
    {
        var rig = Elected();
        rig.Observation =
            rig.Observation with { Server = rig.Observation.Server! with { Answers = null, Command = Running(3) } };
        Assert.Empty(rig.Plan().Steps);
        rig.Observation = rig.Observation with { Server = rig.Observation.Server! with { Command = Running(6) } };
        Assert.Equal("Stop Start AwaitReady", rig.Steps());
    }

    [Fact]
    public void A_standby_whose_restore_command_hangs_streams_without_it_until_the_command_changes()
    {
        var rig = Following();
        rig.Observation = rig.Observation with { Server = rig.Observation.Server! with { Command = Running(15) } };
        Assert.Empty(rig.Plan().Steps);
        rig.Observation = rig.Observation with { Server = rig.Observation.Server! with { Command = Running(25) } };
        var plan = rig.Plan();
        Assert.Equal("Stop Start", KeeperRig.Names(plan));
        Assert.DoesNotContain("restore_command", BootstrapPlanTests.Started(plan).Configuration.Parameters.Keys);

        rig.Observation = rig.Observation with { Server = rig.Observation.Server with { Command = null } };
        rig.Memory = plan.OnSuccess;
        Assert.Empty(rig.Plan().Steps);
        rig.ChangeAssigned(s => s with { PgParameters = s.PgParameters.With("restore_command", "cp /a/%f %p") });
        Assert.Equal(
            "cp /a/%f %p",
            Assert.IsType<KeeperStep.Reload>(Assert.Single(rig.Plan().Steps)).Configuration
                .Parameters["restore_command"]);
    }

    [Fact]
    public void A_standby_waits_for_its_archive_while_no_instance_can_stream_to_it()
    {
        var rig = Following();
        rig.Observation = rig.Observation with { Server = rig.Observation.Server! with { Command = Running(25) } };
        rig.Change("i1", i => i with { Status = i.Status with { Healthy = false } });
        Assert.Empty(rig.Plan().Steps);
    }

    private static OperatorCommand Running(double seconds) =>
        new("restore_command", 99, "sleep", TimeSpan.FromSeconds(seconds));

    private static KeeperRig Elected(ClusterSpec? spec = null)
    {
        var rig = KeeperRig.Standby(spec);
        rig.ChangeAssigned(s => s with
        {
            Role = InstanceRole.Primary,
            Follow = null,
            PgParameters = Commands,
            SynchronousReplication = spec == World.Synchronous,
        });
        return rig;
    }

    private static KeeperRig Following()
    {
        var rig = KeeperRig.Standby();
        rig.ChangeAssigned(s => s with { PgParameters = Commands });
        rig.Memory = rig.Memory with { InEffect = rig.Desired() };
        rig.Local = rig.Local with { Generation = rig.Assigned.Generation };
        return rig;
    }
}
