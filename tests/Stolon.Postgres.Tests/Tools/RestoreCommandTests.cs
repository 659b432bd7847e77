using Stolon.Postgres.Tools;

namespace Stolon.Postgres.Tests.Tools;

public sealed class RestoreCommandTests
{
    [Theory]
    [InlineData("cp -r /backup %d", "cp -r /backup /data")]
    [InlineData("%d%d", "/data/data")]
    [InlineData("date +%%F", "date +%F")]
    [InlineData("%%d", "%d")]
    [InlineData("%f 50%", "%f 50%")]
    public void The_directory_and_percent_signs_are_expanded(string command, string expanded) =>
        Assert.Equal(expanded, RestoreCommand.Expand(command, "/data"));
}
