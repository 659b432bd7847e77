using Stolon.Core.Common;
using Stolon.Core.Keeper;
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
    public void The_password_stands_in_a_file_and_not_in_what_PostgreSQL_logs()
    {
        var rig = KeeperRig.Standby();
        rig.Identity = rig.Identity with
        {
            PasswordFile = "/data dir/pass",
            Replication = rig.Identity.Replication with { Password = new Secret("r:\\") },
        };

        var wanted = rig.Wanted();

        var info = ConnectionInfo.Parse(wanted.RecoveryParameters["primary_conninfo"]);
        Assert.Null(info["password"]);
        Assert.Equal("/data dir/pass", info["passfile"]);
        Assert.Equal(
            new PasswordEntry("/data dir/pass", new Secret($"{info["host"]}:{info["port"]}:*:repl:r\\:\\\\")),
            wanted.Password);
        rig.Look = rig.Look with { Version = new PostgresVersion(9, 6) };
        Assert.Null(rig.Wanted().Password);
        Assert.Contains("password=r:\\\\", rig.Wanted().RecoveryParameters["primary_conninfo"]);
    }
}
