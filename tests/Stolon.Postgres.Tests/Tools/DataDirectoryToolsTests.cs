using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Postgres.Tools;

namespace Stolon.Postgres.Tests.Tools;

public sealed class DataDirectoryToolsTests
{
    [Fact]
    public void A_clone_from_a_host_that_lost_its_power_does_not_wait_for_hours_and_shows_no_password()
    {
        var from = ConnectionInfo.ForReplication(
            new ServerAddress("lost.example", "5432"), "repl", new Secret("hidden"), new InstanceUid("i1"));
        var told = ConnectionInfo.Parse(DataDirectoryTools.Public(from));
        Assert.Equal("10", told["keepalives_idle"]);
        Assert.Equal("10", told["keepalives_interval"]);
        Assert.Equal("3", told["keepalives_count"]);
        Assert.Null(told["password"]);
    }
}
