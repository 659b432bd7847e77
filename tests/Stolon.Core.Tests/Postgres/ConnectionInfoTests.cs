using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class ConnectionInfoTests
{
    private static readonly InstanceUid Self = new("2a87ea79");
    private static readonly ServerAddress Server = new("10.0.0.1", "5432");

    [Fact]
    public void Replication_connects_as_the_keeper_specification_shows() =>
        Assert.Equal(
            "application_name=stolon_2a87ea79 host=10.0.0.1 password=secret port=5432 sslmode=prefer user=repluser",
            ConnectionInfo.ForReplication(Server, "repluser", new Secret("secret"), Self).Format());

    [Fact]
    public void A_trusted_user_sends_no_password() =>
        Assert.Equal(
            "application_name=stolon_2a87ea79 host=10.0.0.1 port=5432 sslmode=prefer user=repluser",
            ConnectionInfo.ForReplication(Server, "repluser", null, Self).Format());

    [Fact]
    public void The_source_of_a_rewind_is_a_database_and_waits_for_no_standby()
    {
        var info = ConnectionInfo.ForSuperuser(Server, "postgres", new Secret("secret"), Self)
            .WithoutSynchronousCommit().WithoutPassword();

        Assert.Equal(
            @"application_name=stolon_2a87ea79 dbname=postgres host=10.0.0.1 options=-c\ synchronous_commit=off "
            + "port=5432 sslmode=prefer user=postgres",
            info.Format());
    }

    [Fact]
    public void Spaces_quotes_and_backslashes_are_escaped() =>
        Assert.Equal(@"password=\'a\ b\\c\'", ConnectionInfo.Empty.With("password", @"'a b\c'").Format());

    [Fact]
    public void The_password_is_not_shown()
    {
        var info = ConnectionInfo.Empty.With("password", "secret").With("user", "repl");

        Assert.Equal("password=*** user=repl", info.ToString());
    }

    [Fact]
    public void An_empty_value_is_an_absent_one()
    {
        var info = ConnectionInfo.Parse("host='' port=5432");

        Assert.Null(info["host"]);
        Assert.Equal("port=5432", info.Format());
    }

    [Theory]
    [InlineData("a=b", "a=b")]
    [InlineData("  a = b  ", "a=b")]
    [InlineData("a\n=\tb", "a=b")]
    [InlineData("a='b c' d=e", @"a=b\ c d=e")]
    [InlineData(@"a='it\'s \\ '", @"a=it\'s\ \\\ ")]
    [InlineData("a=it's", @"a=it\'s")]
    [InlineData("a=b=c", "a=b=c")]
    [InlineData(@"a=b\ c", @"a=b\ c")]
    [InlineData(@"a=b\", "a=b")]
    [InlineData("a=1 a=2", "a=2")]
    [InlineData("a= b=1", "a=b=1")]
    [InlineData("a='1'b='2'", "a=1 b=2")]
    [InlineData("", "")]
    [InlineData("a=", "")]
    public void Strings_are_read_as_libpq_reads_them(string text, string same) =>
        Assert.Equal(same, ConnectionInfo.Parse(text).Format());

    [Theory]
    [InlineData("a")]
    [InlineData("a b=c")]
    [InlineData("=b")]
    [InlineData("a='b")]
    [InlineData(@"a='b\'")]
    [InlineData("postgresql://host/db?user=a")]
    [InlineData("postgres://host")]
    public void Other_strings_are_refused(string text)
    {
        Assert.False(ConnectionInfo.TryParse(text, out _));
        Assert.Throws<FormatException>(() => ConnectionInfo.Parse(text));
    }

    [Fact]
    public void A_written_text_can_be_parsed() =>
        Generators.Parameters.Check(values =>
        {
            var info = values.Aggregate(ConnectionInfo.Empty, (all, v) => all.With(v.Key, v.Value));
            return ConnectionInfo.Parse(info.Format()) == info;
        });
}
