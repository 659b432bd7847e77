using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class HbaRulesTests
{
    private static readonly HbaInputs Inputs = new()
    {
        SuperuserName = "postgres",
        SuperuserMethod = "md5",
        ReplicationName = "repl",
        ReplicationMethod = "md5",
        Access = ReplicationAccess.All,
        UserEntries = ["host all all 127.0.0.1/32 md5"],
        InternalOnly = false,
    };

    [Theory]
    [InlineData("pg_hba-1.conf")]
    [InlineData("pg_hba-2.conf")]
    [InlineData("pg_hba-3.conf")]
    public void The_original_writes_the_same_lines(string file) =>
        Assert.Equal(Golden.Lines(file), HbaRules.For(Inputs));

    [Fact]
    public void Without_user_entries_all_users_with_a_password_may_log_in() =>
        Assert.Equal(
            ["host all all 0.0.0.0/0 md5", "host all all ::0/0 md5"],
            HbaRules.For(Inputs with { UserEntries = null }).Skip(6));

    [Fact]
    public void An_empty_list_of_user_entries_rejects_all_users() =>
        Assert.Equal(6, HbaRules.For(Inputs with { UserEntries = [] }).Count);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Users_are_rejected_while_only_internal_entries_are_allowed(bool defaults) =>
        Assert.Equal(
            HbaRules.For(Inputs with { UserEntries = [] }),
            HbaRules.For(Inputs with { UserEntries = defaults ? null : Inputs.UserEntries, InternalOnly = true }));

    [Fact]
    public void Strict_access_names_each_other_instance_with_each_users_own_method()
    {
        var lines = HbaRules.For(Inputs with
        {
            Access = ReplicationAccess.Strict,
            StrictAddresses = ["db3.example.org", "10.0.0.2", "", "fd00::1", "10.0.0.2"],
            SuperuserMethod = "scram-sha-256",
            ReplicationMethod = "trust",
            UserEntries = [],
        });

        Assert.Equal(
            [
                "local postgres postgres scram-sha-256",
                "local replication repl trust",
                "host all postgres 10.0.0.2/32 scram-sha-256",
                "host replication repl 10.0.0.2/32 trust",
                "host all postgres db3.example.org scram-sha-256",
                "host replication repl db3.example.org trust",
                "host all postgres fd00::1/128 scram-sha-256",
                "host replication repl fd00::1/128 trust",
            ],
            lines);
    }

    /// <summary>A socket has no certificates; and without TLS a later line must not let the user in.</summary>
    [Fact]
    public void Users_with_certificates_log_in_by_TLS_only_and_by_system_user_on_the_socket()
    {
        var inputs = Inputs with
        {
            SuperuserMethod = "cert",
            ReplicationName = "my repl",
            ReplicationMethod = "cert",
            SystemUser = "pg",
            Access = ReplicationAccess.Strict,
            StrictAddresses = ["10.0.0.2"],
            UserEntries = [],
        };

        Assert.Equal(
            [
                "local postgres postgres peer map=stolon",
                "local replication \"my repl\" peer map=stolon",
                "hostssl all postgres 10.0.0.2/32 cert",
                "hostnossl all postgres 10.0.0.2/32 reject",
                "hostssl replication \"my repl\" 10.0.0.2/32 cert",
                "hostnossl replication \"my repl\" 10.0.0.2/32 reject",
            ],
            HbaRules.For(inputs));
        Assert.Equal(["stolon pg postgres", "stolon pg \"my repl\""], HbaRules.UserMap(inputs));
        Assert.Empty(HbaRules.UserMap(Inputs));
    }

    [Fact]
    public void Strict_access_without_addresses_leaves_the_local_entries() =>
        Assert.Equal(
            ["local postgres postgres md5", "local replication repl md5", "host all all 127.0.0.1/32 md5"],
            HbaRules.For(Inputs with { Access = ReplicationAccess.Strict }));

    [Theory]
    [InlineData("all", "\"all\"")]
    [InlineData("my user", "\"my user\"")]
    [InlineData("a\"b", "\"a\"\"b\"")]
    [InlineData("+group", "\"+group\"")]
    [InlineData("repl_01-x", "repl_01-x")]
    public void A_name_with_a_special_meaning_is_quoted(string name, string written) =>
        Assert.Equal(
            $"local replication {written} md5", HbaRules.For(Inputs with { ReplicationName = name })[1]);

    [Fact]
    public void An_address_that_is_a_keyword_does_not_open_the_server() =>
        Assert.Contains(
            "host all postgres \"all\" md5",
            HbaRules.For(Inputs with { Access = ReplicationAccess.Strict, StrictAddresses = ["all"] }));
}
