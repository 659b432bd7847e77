using Stolon.Testing;

namespace Stolon.EntryPoints.Tests;

/// <summary>Certificates and TLS modes that PostgreSQL's programs would refuse later are refused at the start, and the
/// option is named.</summary>
public sealed class KeeperTlsStartTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new("keeper-tls");
    private readonly CertificateAuthority _authority;
    private readonly (string CertFile, string KeyFile) _su;
    private readonly Dictionary<string, string> _valid;

    public KeeperTlsStartTests()
    {
        _authority = CertificateAuthority.Root(_directory.Path, "authority");
        _su = _authority.Issue("su");
        _valid = new Dictionary<string, string>
        {
            ["cluster-name"] = "c",
            ["store-backend"] = "etcdv3",
            ["data-dir"] = _directory.File("data"),
            ["pg-listen-address"] = "192.0.2.1",
            ["pg-bin-path"] = _directory.File("none"),
            ["pg-repl-username"] = "repl",
            ["pg-repl-password"] = "r",
            ["pg-su-username"] = "su",
            ["pg-su-auth-method"] = "cert",
            ["pg-su-ssl-cert-file"] = _su.CertFile,
            ["pg-su-ssl-key-file"] = _su.KeyFile,
            ["pg-ssl-mode"] = "verify-full",
            ["pg-ssl-ca-file"] = _authority.CertFile,
        };
    }

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_certificate_needs_no_password_and_may_have_one()
    {
        Assert.StartsWith("cannot use PostgreSQL", await RefusalAsync());
        Assert.StartsWith("cannot use PostgreSQL", await RefusalAsync(("pg-su-password", "s")));
    }

    [Fact]
    public async Task What_is_missing_or_useless_is_named()
    {
        Assert.Equal(
            "--pg-su-auth-method cert needs --pg-su-ssl-cert-file and --pg-su-ssl-key-file",
            await RefusalAsync(("pg-su-ssl-key-file", null)));
        Assert.StartsWith(
            $"--pg-su-ssl-cert-file {_su.CertFile}, --pg-su-ssl-key-file /none: ",
            await RefusalAsync(("pg-su-ssl-key-file", "/none")));
        Assert.Equal(
            "--pg-repl-ssl-cert-file and --pg-repl-ssl-key-file must be given together",
            await RefusalAsync(("pg-repl-ssl-cert-file", _su.CertFile)));
        Assert.EndsWith(
            "the common name is \"su\", but must be the user's, \"other\"",
            await RefusalAsync(("pg-su-username", "other")));
        Assert.StartsWith("--pg-ssl-ca-file /none: ", await RefusalAsync(("pg-ssl-ca-file", "/none")));
        Assert.Equal("--pg-ssl-mode verify-full needs --pg-ssl-ca-file", await RefusalAsync(("pg-ssl-ca-file", null)));
        Assert.StartsWith("--pg-ssl-mode must be prefer, ", await RefusalAsync(("pg-ssl-mode", "disable")));
        Assert.StartsWith("--pg-ssl-ca-file needs --pg-ssl-mode ", await RefusalAsync(("pg-ssl-mode", null)));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    public async Task A_key_that_its_group_or_others_may_read_is_refused(UnixFileMode more)
    {
        File.SetUnixFileMode(_su.KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | more);
        Assert.EndsWith(
            "its group or others can access the key, so PostgreSQL refuses it; set its mode to 0600",
            await RefusalAsync());
    }

    [Theory]
    [InlineData("stolon-keeper")]
    [InlineData("stolon-sentinel")]
    [InlineData("stolon-proxy")]
    public async Task A_password_file_of_the_store_that_cannot_be_read_is_named(string program)
    {
        var options = program == "stolon-keeper" ? _valid : new Dictionary<string, string>
        {
            ["cluster-name"] = "c",
            ["store-backend"] = "etcdv3",
        };
        var ending = await EntryPoint.RunAsync(program, Fault.CommandLine(options, new Fault(
            "", "", ("store-user", "u"), ("store-passwordfile", "/none"))));
        Assert.StartsWith("cannot read password file /none: ", ending.Refusal());
    }

    private async Task<string> RefusalAsync(params (string Option, string? Value)[] options) =>
        (await EntryPoint.RunAsync("stolon-keeper", Fault.CommandLine(_valid, new Fault("", "", options)))).Refusal();
}
