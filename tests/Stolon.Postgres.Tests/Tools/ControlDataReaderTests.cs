using Stolon.Core.Keeper;
using Stolon.Testing;

namespace Stolon.Postgres.Tests.Tools;

public sealed class ControlDataReaderTests
{
    /// <summary>Data that cannot be read just now must not be taken for foreign ones, and be erased.</summary>
    [Fact]
    public async Task Control_data_that_cannot_be_read_this_time_are_told_from_missing_and_damaged_ones()
    {
        using var bin = new TemporaryDirectory("bin");
        foreach (var program in Directory.GetFiles(PostgresPrograms.Directory))
        {
            File.CreateSymbolicLink(bin.File(Path.GetFileName(program)), program);
        }

        await using var instance = await TestInstance.StoppedAsync(o => o with { BinPath = bin.Path });
        async Task<DataDirectoryObservation?> InspectAsync() =>
            (await instance.Server.InspectAsync(CancellationToken.None)).Data;
        var reader = bin.File("pg_controldata");
        File.Delete(reader);
        Assert.Equal((null, true), Told(await InspectAsync()));

        await File.WriteAllTextAsync(reader, "#!/bin/sh\nexit 1\n");
        File.SetUnixFileMode(reader, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Assert.Equal((null, true), Told(await InspectAsync()));

        File.Delete(reader);
        File.CreateSymbolicLink(reader, Path.Combine(PostgresPrograms.Directory, "pg_controldata"));
        var (identifier, unreadable) = Told(await InspectAsync());
        Assert.NotNull(identifier);
        Assert.False(unreadable);

        var control = Path.Combine(instance.Postgres, "global", "pg_control");
        await File.WriteAllBytesAsync(control, new byte[100], CancellationToken.None);
        Assert.Equal((null, false), Told(await InspectAsync()));

        File.Delete(control);
        var missing = await InspectAsync();
        Assert.True(missing is null || Told(missing) == (null, false));
    }

    private static (string? Identifier, bool Unreadable) Told(DataDirectoryObservation? look) =>
        (look!.SystemIdentifier, look.Unreadable);
}
