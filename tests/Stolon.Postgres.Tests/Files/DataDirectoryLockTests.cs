using System.Diagnostics;
using Stolon.Postgres.Files;
using Stolon.Testing;

namespace Stolon.Postgres.Tests.Files;

public sealed class DataDirectoryLockTests : IDisposable
{
    // As the original's keeper takes it: fcntl, the whole file.
    private const string OtherKeeper =
        """
        import fcntl, sys
        file = open(sys.argv[1], 'r+')
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        print('locked', flush=True)
        sys.stdin.read()
        """;

    private readonly TemporaryDirectory _directory = new("lock");

    [Fact]
    public void The_lock_file_stays_and_can_be_locked_again()
    {
        DataDirectoryLock.Take(_directory.Path).Dispose();

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead,
            File.GetUnixFileMode(_directory.File("lock")));
        DataDirectoryLock.Take(_directory.Path).Dispose();
    }

    [Fact]
    public void A_keeper_that_holds_the_lock_excludes_the_original_s()
    {
        using var taken = DataDirectoryLock.Take(_directory.Path);
        using var other = StartOther();

        Assert.Null(other.StandardOutput.ReadLine());
        Assert.Contains("BlockingIOError", other.StandardError.ReadToEnd());
        other.WaitForExit();
    }

    [Fact]
    public void The_original_s_keeper_excludes_us_until_it_ends()
    {
        DataDirectoryLock.Take(_directory.Path).Dispose();
        using var other = StartOther();
        Assert.Equal("locked", other.StandardOutput.ReadLine());

        var failure = Assert.Throws<IOException>(() => DataDirectoryLock.Take(_directory.Path));

        Assert.Contains("another process holds it", failure.Message);
        other.Kill();
        other.WaitForExit();
        DataDirectoryLock.Take(_directory.Path).Dispose();
    }

    [Fact]
    public void A_directory_that_does_not_exist_is_another_failure()
    {
        var failure = Assert.Throws<IOException>(() => DataDirectoryLock.Take(_directory.File("missing")));

        Assert.DoesNotContain("another process", failure.Message);
    }

    public void Dispose() => _directory.Dispose();

    private Process StartOther() => Process.Start(
        new ProcessStartInfo("python3", ["-c", OtherKeeper, _directory.File("lock")])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
}
