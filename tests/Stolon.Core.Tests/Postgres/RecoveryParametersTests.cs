using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class RecoveryParametersTests
{
    private static readonly ConnectionInfo Source = ConnectionInfo.ForReplication(
        new ServerAddress("127.0.0.1", "33803"), "repl", new Secret("replpass"), new InstanceUid("0c37a39e"));

    [Fact]
    public void An_internal_standby_has_three_parameters()
    {
        var settings = RecoveryParameters.Following(Source, new InstanceUid("0c37a39e"));

        Assert.Equal(
            Map(
                ("primary_conninfo", Source.Format()),
                ("primary_slot_name", "stolon_0c37a39e"),
                ("recovery_target_timeline", "latest")),
            RecoveryParameters.For(settings, null, null));
    }

    [Fact]
    public void Without_settings_the_latest_timeline_is_followed() =>
        Assert.Equal(Map(("recovery_target_timeline", "latest")), RecoveryParameters.For(null, null, null));

    [Fact]
    public void Empty_standby_settings_are_left_out() =>
        Assert.Equal(
            Map(("recovery_min_apply_delay", "5min"), ("recovery_target_timeline", "latest")),
            RecoveryParameters.For(
                new StandbySettings { PrimaryConnInfo = "", RecoveryMinApplyDelay = "5min" }, null, null));

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "")]
    [InlineData("cp /a/%f %p", "cp /a/%f %p")]
    public void A_restore_command_is_written_even_when_empty(string? command, string written) =>
        Assert.Equal(
            written,
            RecoveryParameters.For(null, new ArchiveRecoverySettings { RestoreCommand = command }, null)
                ["restore_command"]);

    [Fact]
    public void A_recovery_target_ends_in_promotion_and_does_not_imply_the_latest_timeline() =>
        Assert.Equal(
            Map(("recovery_target_action", "promote")),
            RecoveryParameters.For(null, null, new RecoveryTargetSettings { TargetName = "" }));

    [Fact]
    public void Every_target_has_its_parameter()
    {
        var target = new RecoveryTargetSettings
        {
            Target = "immediate",
            TargetLsn = "0/1",
            TargetName = "point",
            TargetTime = "2024-01-01",
            TargetXid = "700",
            TargetTimeline = "3",
        };

        Assert.Equal(
            Map(
                ("recovery_target", "immediate"),
                ("recovery_target_lsn", "0/1"),
                ("recovery_target_name", "point"),
                ("recovery_target_time", "2024-01-01"),
                ("recovery_target_xid", "700"),
                ("recovery_target_timeline", "3"),
                ("recovery_target_action", "promote")),
            RecoveryParameters.For(null, null, target));
    }

    private static ValueMap<string, string> Map(params (string Name, string Value)[] parameters) =>
        parameters.ToValueMap(p => p.Name, p => p.Value);
}
