using Stolon.Agents.Ports.Postgres;
using Stolon.Testing;

namespace Stolon.Postgres.Tests.Tools;

public sealed class BinariesTests
{
    [Fact]
    public async Task A_missing_program_is_an_error_that_names_the_path()
    {
        await using var instance = TestInstance.Empty(o => o with { BinPath = "/nowhere/bin" });

        var failure = await Assert.ThrowsAsync<PostgresToolException>(
            () => instance.Server.InspectAsync(CancellationToken.None));

        Assert.Contains("/nowhere/bin/postgres", failure.Message);
    }

    [Fact]
    public async Task A_program_that_is_not_PostgreSQL_s_is_an_error()
    {
        using var bin = new TemporaryDirectory("bin");
        await File.WriteAllTextAsync(bin.File("postgres"), "#!/bin/sh\necho hello\n");
        File.SetUnixFileMode(bin.File("postgres"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await using var instance = TestInstance.Empty(o => o with { BinPath = bin.Path });

        var failure = await Assert.ThrowsAsync<PostgresToolException>(
            () => instance.Server.InspectAsync(CancellationToken.None));

        Assert.Contains($"{bin.File("postgres")} -V does not tell a PostgreSQL version but \"hello\"", failure.Message);
    }

    [Fact]
    public async Task The_version_follows_an_upgrade_of_the_programs()
    {
        using var bin = new TemporaryDirectory("bin");
        var program = bin.File("postgres");
        await File.WriteAllTextAsync(program, "#!/bin/sh\necho 'postgres (PostgreSQL) 15.3'\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await using var instance = TestInstance.Empty(o => o with { BinPath = bin.Path });
        Assert.Equal("15.3", (await instance.Server.InspectAsync(CancellationToken.None)).Version.ToString());

        await File.WriteAllTextAsync(program, "#!/bin/sh\necho 'postgres (PostgreSQL) 16beta1'\n");
        File.SetLastWriteTimeUtc(program, File.GetLastWriteTimeUtc(program).AddSeconds(1));

        Assert.Equal("16.0", (await instance.Server.InspectAsync(CancellationToken.None)).Version.ToString());
    }
}
