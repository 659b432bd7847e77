using Stolon.Postgres.Files;

namespace Stolon.Postgres.Tests.Files;

public sealed class PidFileTests
{
    [Fact]
    public void A_server_tells_its_process_and_port() => Assert.Equal(
        new PidFile(123, 5433), PidFile.Parse(["123", "/data", "1700000000", "5433", "/tmp", "*", "x", "ready"]));

    [Fact]
    public void A_file_being_written_has_no_port_yet() =>
        Assert.Equal(new PidFile(123, 0), PidFile.Parse(["123", "/data"]));

    [Fact]
    public void Until_its_sockets_are_bound_another_server_may_answer_at_the_port() => Assert.Equal(
        new PidFile(123, 0), PidFile.Parse(["123", "/data", "1700000000", "5433", "", "", "starting"]));

    [Fact]
    public void A_single_user_server_serves_nobody() => Assert.Null(PidFile.Parse(["-123", "/data", "1", "5432"]));

    [Fact]
    public void An_empty_file_names_nobody() => Assert.Null(PidFile.Parse([]));
}
