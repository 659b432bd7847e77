using Stolon.Testing;

namespace Stolon.EntryPoints.Tests;

/// <summary>docs/spec/keeper.md 1.1. Nothing here needs a store or PostgreSQL: every command line is refused, the valid
/// one at the last check, PostgreSQL's programs.</summary>
public sealed class KeeperStartTests : IDisposable
{
    private const string Program = "stolon-keeper";

    private readonly TemporaryDirectory _directory = new("keeper-start");
    private readonly Dictionary<string, string> _valid;

    public KeeperStartTests() => _valid = new Dictionary<string, string>
    {
        ["cluster-name"] = "c",
        ["store-backend"] = "etcdv3",
        ["store-endpoints"] = "127.0.0.1:1",
        ["data-dir"] = _directory.File("data"),
        ["pg-listen-address"] = "192.0.2.1",
        ["pg-bin-path"] = _directory.File("none"),
        ["pg-repl-username"] = "repl",
        ["pg-repl-password"] = "r",
        ["pg-su-username"] = "su",
        ["pg-su-password"] = "s",
    };

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Problems_are_reported_in_the_originals_order() =>
        await Fault.AreToldInThisOrderAsync(Program, _valid,
        [
            new("log level", "invalid log level: loud", ("log-level", "loud")),
            new("no data dir", "data dir required", ("data-dir", null)),
            new("no cluster", "cluster name required", ("cluster-name", null)),
            new("no backend", "store backend type required", ("store-backend", "")),
            new("backend", "Unknown store backend: \"x\"", ("store-backend", "x")),
            new("data dir", "cannot create data dir", ("data-dir", "/proc/version/x")),
            new("no address", "--pg-listen-address is required", ("pg-listen-address", null)),
            new("port", "--pg-port must be", ("pg-port", "x")),
            new("repl method", "--pg-repl-auth-method must be", ("pg-repl-auth-method", "password")),
            new("no repl name", "--pg-repl-username is required", ("pg-repl-username", null)),
            new("repl trust", "with method trust neither --pg-repl-password nor",
                ("pg-repl-auth-method", "trust"), ("pg-repl-password", "r")),
            new("su trust", "with method trust neither --pg-su-password nor",
                ("pg-su-auth-method", "trust"), ("pg-su-password", "s")),
            new("no repl password", "one of --pg-repl-password and", ("pg-repl-password", null)),
            new("both repl", "only one of --pg-repl-password and",
                ("pg-repl-passwordfile", "/none"), ("pg-repl-password", "r")),
            new("su method", "--pg-su-auth-method must be", ("pg-su-auth-method", "MD5")),
            new("no su password", "one of --pg-su-password and", ("pg-su-password", "")),
            new("both su", "only one of --pg-su-password and",
                ("pg-su-passwordfile", "/none"), ("pg-su-password", "s")),
            new("repl file", "cannot read password file /r",
                ("pg-repl-passwordfile", "/r"), ("pg-repl-password", null)),
            new("su file", "cannot read password file /s",
                ("pg-su-passwordfile", "/s"), ("pg-su-password", null)),
            new("su empty", "superuser password is empty after removing trailing new line",
                ("pg-su-password", "\n")),
            new("repl empty", "replication user password is empty after removing trailing new line",
                ("pg-repl-password", "\r\n")),
            new("methods", "superuser name and replication user name are the same, so their authentication methods",
                ("pg-su-username", "repl"), ("pg-su-auth-method", "scram-sha-256")),
            new("passwords", "provided superuser name and replication user name are the same but provided passwords "
                + "are different", ("pg-su-username", "repl")),
            new("uid", "keeper uid \"A-1\" is not valid", ("uid", "A-1")),
            new("endpoints", "all store endpoints must have the same scheme",
                ("store-endpoints", "http://a:1,https://b:2")),
            new("CA", "cannot load the store's CA from /none",
                ("store-endpoints", "https://a:1"), ("store-ca-file", "/none")),
            new("programs", "cannot use PostgreSQL"),
        ]);

    [Fact]
    public async Task A_lock_that_cannot_be_taken_is_reported_before_a_wrong_uid()
    {
        var lockFile = Path.Combine(_valid["data-dir"], "lock");
        Directory.CreateDirectory(lockFile);
        var refused = await RunAsync(("uid", "A-1"));
        Assert.StartsWith("cannot take exclusive lock on data dir", refused.Refusal());
        Assert.Empty(refused.Logged("INFO"));

        var unlocked = await RunAsync(("uid", "A-1"), ("disable-data-dir-locking", "true"));
        Assert.StartsWith("keeper uid", unlocked.Refusal());
        Assert.Empty(unlocked.Logged("INFO"));

        Directory.Delete(lockFile);
        Assert.Equal(["exclusive lock on data dir taken"], (await RunAsync(("uid", "A-1"))).Logged("INFO"));
    }

    [Fact]
    public async Task Line_ends_of_passwords_are_warned_of_the_superusers_first()
    {
        var repl = Secret("repl", "x\r\n\n", UnixFileMode.UserRead);
        var ending = await RunAsync(
            ("pg-su-password", "s\n"), ("pg-repl-password", null), ("pg-repl-passwordfile", repl));
        Assert.Equal(
            [
                "superuser password contain trailing new line, removing",
                "replication user password contain trailing new line, removing",
            ],
            ending.Logged("WARN").Where(w => w.Contains("trailing")));
    }

    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite, false, 0)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, false, 1)]
    [InlineData(UnixFileMode.UserRead, true, 1)]
    public async Task A_password_file_that_others_may_read_and_every_link_is_warned_of(
        UnixFileMode mode, bool link, int warnings)
    {
        var file = Secret("su", "s", mode);
        if (link)
        {
            File.CreateSymbolicLink(file + ".link", file);
            file += ".link";
        }

        var ending = await RunAsync(("pg-su-password", null), ("pg-su-passwordfile", file));
        Assert.StartsWith("cannot use PostgreSQL", ending.Refusal());
        Assert.Equal(warnings, ending.Logged("WARN").Count(w => w.Contains("too open")));
    }

    [Theory]
    [InlineData("192.0.2.1", 0)]
    [InlineData("127.0.0.1", 1)]
    [InlineData("::1", 1)]
    [InlineData("localhost", 2)]
    [InlineData("no such host", 2)]
    public async Task An_advertised_address_that_others_may_not_reach_is_only_warned_of(string address, int warnings)
    {
        var ending = await RunAsync(("pg-advertise-address", address));
        Assert.StartsWith("cannot use PostgreSQL", ending.Refusal());
        Assert.Equal(warnings, ending.Logged("WARN").Count(w => w.Contains("advertised address")));
    }

    [Fact]
    public async Task One_user_for_both_is_warned_of_and_trust_needs_no_password()
    {
        var same = await RunAsync(("pg-su-username", "repl"), ("pg-su-password", "r"));
        Assert.Contains(
            same.Logged("WARN"), w => w.StartsWith("superuser name and replication user name are the same"));
        var trusted = await RunAsync(
            ("pg-su-auth-method", "trust"), ("pg-su-password", null),
            ("pg-repl-auth-method", "trust"), ("pg-repl-password", null));
        Assert.StartsWith("cannot use PostgreSQL", trusted.Refusal());
        Assert.Equal(2, trusted.Logged("WARN").Count(w => w.EndsWith("trusted without a password")));
    }

    [Theory]
    [InlineData("b", "--uid=a", "--id=b")]
    [InlineData("a", "--id=b", "--uid=a")]
    [InlineData("b", "--id=b")]
    public async Task Of_the_uid_and_its_old_name_the_last_counts(string expected, params string[] words)
    {
        var valid = Fault.CommandLine(_valid, []);
        var ending = await EntryPoint.RunAsync(Program, [.. valid, .. words]);
        Assert.StartsWith("cannot use PostgreSQL", ending.Refusal());
        var state = new Postgres.Files.LocalStateFiles(_valid["data-dir"]).ReadKeeper();
        Assert.Equal(expected, state.Uid?.Value);
    }

    [Theory]
    [InlineData("postgres")]
    [InlineData("postgres/pg_wal")]
    [InlineData(".")]
    public async Task A_WAL_directory_in_or_above_the_data_directory_is_refused(string relative)
    {
        var ending = await RunAsync(("pg-wal-dir", Path.Combine(_valid["data-dir"], relative)));
        Assert.StartsWith("--pg-wal-dir must be a directory of its own", ending.Refusal());
    }

    [Fact]
    public async Task A_uid_is_created_when_none_is_given_and_stays()
    {
        await RunAsync();
        var made = new Postgres.Files.LocalStateFiles(_valid["data-dir"]).ReadKeeper().Uid;
        Assert.Matches("^[0-9a-f]{8}$", made?.Value);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(_valid["data-dir"]));
        Assert.StartsWith("cannot use PostgreSQL", (await RunAsync()).Refusal());
        Assert.Equal(made, new Postgres.Files.LocalStateFiles(_valid["data-dir"]).ReadKeeper().Uid);
    }

    private Task<Ending> RunAsync(params (string Option, string? Value)[] options) =>
        EntryPoint.RunAsync(Program, Fault.CommandLine(_valid, new Fault("", "", options)));

    private string Secret(string name, string content, UnixFileMode mode)
    {
        var path = _directory.File(name);
        File.WriteAllText(path, content);
        File.SetUnixFileMode(path, mode);
        return path;
    }
}
