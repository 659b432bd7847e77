using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class OperatorEntriesTests
{
    private static readonly ServerConfiguration Configuration = new()
    {
        Parameters = ValueMap<string, string>.Empty
            .With("port", "5432").With("synchronous_standby_names", "a").With("work_mem", "8MB"),
        Hba = ["local postgres postgres md5", "host all all 10.0.0.0/8 md5", "host all all 0.0.0.0/0 reject"],
        OwnHbaLines = 1,
    };

    [Fact]
    public void Our_entries_are_never_among_them_and_never_replaced()
    {
        var entries = OperatorEntries.Of(Configuration);
        Assert.Equal(["work_mem"], entries.Parameters.Keys);
        Assert.Equal(2, entries.Hba.Count);

        var bare = OperatorEntries.None.In(Configuration);
        Assert.Equal(["port", "synchronous_standby_names"], bare.Parameters.Keys);
        Assert.Equal(["local postgres postgres md5"], bare.Hba);
        Assert.Equal(Configuration, entries.In(Configuration));
    }

    /// <summary>With a lower value it would not start.</summary>
    [Fact]
    public void A_standby_keeps_what_its_data_require_when_a_wrong_value_is_left_out()
    {
        var standby = Configuration with { Minimums = ValueMap<string, int>.Empty.With("max_connections", 300) };
        Assert.Equal("300", OperatorEntries.None.In(standby).Parameters["max_connections"]);
    }

    [Fact]
    public void A_previous_value_replaces_a_wrong_one_unless_both_are_equal()
    {
        var entries = OperatorEntries.Of(Configuration);
        var former = OperatorEntries.None with { Parameters = ValueMap<string, string>.Empty.With("work_mem", "7MB") };

        Assert.Equal("7MB", entries.WithPrevious("work_mem", former).Parameters["work_mem"]);
        Assert.Empty(entries.WithPrevious("work_mem", entries).Parameters);
        Assert.Empty(entries.WithPrevious("work_mem", OperatorEntries.None).Parameters);
    }

    [Theory]
    [InlineData("host all all localhost 255.255.0.0 md5", "a|c")]
    [InlineData("host all all 10.0.0.0/99 reject", "former")]
    [InlineData("host all all 10.0.0.0/8 rejct", "former")]
    [InlineData("nonsense", "former")]
    public void Without_a_line_that_may_reject_all_lines_stay_as_they_were(string bad, string desired)
    {
        var entries = OperatorEntries.None with { Hba = ["a", bad, "c"] };
        var former = OperatorEntries.None with { Hba = ["former"] };

        Assert.Equal(desired.Split('|'), entries.WithoutLines([1], former).Hba);
        Assert.Equal(desired == "former" ? ["a"] : desired.Split('|'), entries.WithoutLines([1], null).Hba);
    }

    [Fact]
    public void A_line_is_named_without_its_options()
    {
        const string Line = "host all all 0.0.0.0/0 ldap ldapserver=l ldapbindpasswd=secret";
        Assert.Equal("pgHBA entry 3 \"host all all 0.0.0.0/0 …\"", OperatorEntries.NameOf(2, Line));
        Assert.DoesNotContain("secret", OperatorEntries.NameOf(2, "ldapbindpasswd=secret x"));
    }

    [Theory]
    [InlineData("host all all localhost 255.255.0.0 md5", true)]
    [InlineData("host all all 10.0.0.1 md5", true)]
    [InlineData("host all all", true)]
    [InlineData("hots all all 10.0.0.0/8 md5", true)]
    [InlineData("host all all 10.0.0.0/8 md6", true)]
    [InlineData("local all all", true)]
    [InlineData("host all all 10.0.0.0/8 md5", false)]
    [InlineData("host all all 10.0.0.0 255.0.0.0 md5", false)]
    [InlineData("host all all ::0/0 scram-sha-256", false)]
    [InlineData("host all all .example.org cert clientcert=verify-full", false)]
    [InlineData("hostssl \"my db\" all samenet md5", false)]
    [InlineData("local all all peer map=m", false)]
    [InlineData("# a comment", false)]
    [InlineData("", false)]
    public void Some_invalid_lines_of_pg_hba_are_found_without_PostgreSQL(string line, bool wrong) =>
        Assert.Equal(wrong, HbaLine.ProblemWith(line) is not null);
}
