namespace Stolon.Hosting.Tests;

public sealed class SecretFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stolon-secret-");

    private string File1 => Path.Combine(_directory.FullName, "password");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("secret", "secret", false)]
    [InlineData("secret\n", "secret", true)]
    [InlineData("secret\r\n\n", "secret", true)]
    [InlineData(" se\ncret ", " se\ncret ", false)]
    [InlineData("\n", "", true)]
    [InlineData("", "", false)]
    [InlineData("\uFEFFp\u00E4\U0001F511", "\uFEFFp\u00E4\U0001F511", false)]
    public void Only_line_ends_at_the_end_are_removed(string content, string expected, bool trimmed)
    {
        File.WriteAllText(File1, content);
        var file = SecretFile.Read(File1);
        Assert.Equal(expected, file.Secret);
        Assert.Equal(trimmed, file.Trimmed);
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead, false, "0400")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite, false, "0600")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead, true, "0604")]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, true, "0700")]
    public void A_mode_greater_than_0600_is_too_open(UnixFileMode mode, bool tooOpen, string text)
    {
        File.WriteAllText(File1, "x");
        File.SetUnixFileMode(File1, mode);
        var file = SecretFile.Read(File1);
        Assert.Equal(tooOpen, file.TooOpen);
        Assert.Equal(text, file.ModeText);
    }

    [Fact]
    public void A_symbolic_link_is_always_too_open()
    {
        File.WriteAllText(File1, "x");
        File.SetUnixFileMode(File1, UnixFileMode.UserRead);
        var link = File1 + ".link";
        File.CreateSymbolicLink(link, File1);
        Assert.True(SecretFile.Read(link).TooOpen);
        Assert.Equal("x", SecretFile.Read(link).Secret);
    }

    [Fact]
    public void A_missing_file_is_fatal_and_named()
    {
        var failure = Assert.Throws<FatalException>(() => SecretFile.Read(File1));
        Assert.StartsWith($"cannot read password file {File1}: ", failure.Message);
    }

    [Fact]
    public void A_file_that_is_not_UTF_8_is_fatal_instead_of_another_password()
    {
        File.WriteAllBytes(File1, [0x70, 0xE4, 0x73]);
        var failure = Assert.Throws<FatalException>(() => SecretFile.Read(File1));
        Assert.Equal($"password file {File1} is not UTF-8 text", failure.Message);
    }

    [Fact]
    public void The_secret_is_not_printed_by_accident()
    {
        File.WriteAllText(File1, "hunter2");
        Assert.DoesNotContain("hunter2", $"{SecretFile.Read(File1)}");
    }
}
