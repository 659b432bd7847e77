using Stolon.Core.Common;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class ManagedParametersTests
{
    private static readonly ManagedParameterInputs Inputs = new()
    {
        Version = new PostgresVersion(15, 18),
        User = ValueMap<string, string>.Empty,
        ListenAddress = "127.0.0.1",
        Port = "33803",
        UnixSocketDirectory = "/tmp",
        MaxStandbys = 20,
        AdditionalWalSenders = 5,
        UsePgRewind = true,
        SynchronousStandbyNames = "2 (stolon_0c37a39e,stolon_8e72caab)",
    };

    [Fact]
    public void Ours_are_these_and_no_others() =>
        Assert.Equal(
            Map(
                ("hot_standby", "on"),
                ("listen_addresses", "127.0.0.1"),
                ("max_replication_slots", "20"),
                ("max_wal_senders", "47"),
                ("port", "33803"),
                ("synchronous_standby_names", "2 (stolon_0c37a39e,stolon_8e72caab)"),
                ("unix_socket_directories", "/tmp"),
                ("wal_keep_size", "128"),
                ("wal_level", "replica"),
                ("wal_log_hints", "on")),
            ManagedParameters.Effective(Inputs));

    [Fact]
    public void The_later_layer_wins()
    {
        var effective = ManagedParameters.Effective(Inputs with
        {
            Initial = Map(("work_mem", "1MB"), ("shared_buffers", "1GB"), ("port", "1")),
            User = Map(("work_mem", "2MB"), ("port", "2")),
        });

        Assert.Equal("1GB", effective["shared_buffers"]);
        Assert.Equal("2MB", effective["work_mem"]);
        Assert.Equal("33803", effective["port"]);
    }

    [Theory]
    [InlineData(9, 5, "hot_standby")]
    [InlineData(9, 6, "replica")]
    [InlineData(10, 0, "replica")]
    [InlineData(0, 0, "hot_standby")]
    public void The_wal_level_is_what_the_version_calls_it(int major, int minor, string level)
    {
        var inputs = Inputs with { Version = new PostgresVersion(major, minor) };

        Assert.Equal(level, ManagedParameters.Effective(inputs)["wal_level"]);
        Assert.Equal(level, Effective(inputs, "wal_level", "minimal")["wal_level"]);
        Assert.Equal("logical", Effective(inputs, "wal_level", "logical")["wal_level"]);
    }

    [Fact]
    public void A_logical_wal_level_found_at_initialisation_stays() =>
        Assert.Equal(
            "logical",
            ManagedParameters.Effective(Inputs with { Initial = Map(("wal_level", "logical")) })["wal_level"]);

    [Theory]
    [InlineData(null, "8")]
    [InlineData("7", "8")]
    [InlineData("9", "9")]
    [InlineData("-1", "8")]
    [InlineData("many", "8")]
    [InlineData("10.5", "8")]
    public void Before_thirteen_at_least_eight_segments_are_kept(string? asked, string kept)
    {
        var inputs = Inputs with { Version = new PostgresVersion(12, 4) };
        var effective = asked is null
            ? ManagedParameters.Effective(inputs)
            : Effective(inputs, "wal_keep_segments", asked);

        Assert.Equal(kept, effective["wal_keep_segments"]);
        Assert.False(effective.ContainsKey("wal_keep_size"));
    }

    [Fact]
    public void From_thirteen_on_the_users_size_is_used_unchecked()
    {
        Assert.Equal("1GB", Effective(Inputs, "wal_keep_size", "1GB")["wal_keep_size"]);
        Assert.Equal("128", ManagedParameters.Effective(Inputs)["wal_keep_size"]);
        Assert.False(ManagedParameters.Effective(Inputs).ContainsKey("wal_keep_segments"));
    }

    [Fact]
    public void A_name_of_the_other_version_does_not_keep_postgres_from_starting()
    {
        Assert.False(Effective(Inputs, "wal_keep_segments", "64").ContainsKey("wal_keep_segments"));
        Assert.False(Effective(Inputs with { Version = new PostgresVersion(12, 0) }, "wal_keep_size", "64")
            .ContainsKey("wal_keep_size"));
    }

    [Fact]
    public void With_an_unknown_version_no_parameter_for_kept_wal_is_set()
    {
        var effective = ManagedParameters.Effective(Inputs with { Version = PostgresVersion.Unknown });

        Assert.False(effective.ContainsKey("wal_keep_size"));
        Assert.False(effective.ContainsKey("wal_keep_segments"));
    }

    [Theory]
    [InlineData(1, 0, "4")]
    [InlineData(20, 5, "47")]
    [InlineData(32767, 1, "1")]
    [InlineData(65535, 65535, "65535")]
    public void Wal_senders_are_counted_in_sixteen_bits(int standbys, int additional, string senders) =>
        Assert.Equal(
            senders,
            ManagedParameters.Effective(Inputs with
            {
                MaxStandbys = (ushort)standbys,
                AdditionalWalSenders = (ushort)additional,
            })["max_wal_senders"]);

    [Fact]
    public void Without_rewind_the_hints_are_left_to_the_user()
    {
        var inputs = Inputs with { UsePgRewind = false };

        Assert.False(ManagedParameters.Effective(inputs).ContainsKey("wal_log_hints"));
        Assert.Equal("off", Effective(inputs, "wal_log_hints", "off")["wal_log_hints"]);
        Assert.Equal("on", Effective(Inputs, "wal_log_hints", "off")["wal_log_hints"]);
    }

    [Fact]
    public void Managed_parameters_are_not_reported_but_the_wal_level_is()
    {
        var all = ManagedParameters.Names.ToValueMap(n => n, _ => "x");

        Assert.Equal(21, all.Count);
        Assert.Equal(
            Map(("wal_level", "replica"), ("work_mem", "8MB")),
            ManagedParameters.Remove(all.With("wal_level", "replica").With("work_mem", "8MB")));
    }

    private static ValueMap<string, string> Effective(ManagedParameterInputs inputs, string name, string value) =>
        ManagedParameters.Effective(inputs with { User = Map((name, value)) });

    private static ValueMap<string, string> Map(params (string Name, string Value)[] parameters) =>
        parameters.ToValueMap(p => p.Name, p => p.Value);
}
