using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

/// <summary>Messages of real trial starts of PostgreSQL 15.</summary>
public sealed class TrialOutputTests
{
    private static readonly string[] Names = ["foo", "max_connections", "shared_buffers", "wal_level", "work_mem"];

    [Fact]
    public void Every_wrong_parameter_is_named_with_a_reason_that_has_no_value()
    {
        var reading = TrialOutput.Of(
            [
                "LOG:  unrecognized configuration parameter \"foo\" in file \"/t/postgresql.conf\" line 1",
                "LOG:  invalid value for parameter \"work_mem\": \"8XB\"",
                "HINT:  Valid units for this parameter are \"B\", \"kB\", \"MB\", \"GB\", and \"TB\".",
                "LOG:  10 8kB is outside the valid range for parameter \"shared_buffers\" (16 .. 1073741823)",
                "LOG:  syntax error in file \"/t/postgresql.conf\" line 4, near token \"x\"",
                "FATAL:  configuration file \"/t/postgresql.conf\" contains errors",
            ],
            Names);

        Assert.False(reading.Started);
        Assert.Equal("unrecognized configuration parameter", reading.Parameters["foo"]);
        Assert.StartsWith("invalid value; Valid units for this parameter are", reading.Parameters["work_mem"]);
        Assert.Contains("outside the valid range", reading.Parameters["shared_buffers"]);
        Assert.Contains("wal_level", reading.Parameters.Keys);
        Assert.Equal(4, reading.Parameters.Count);
    }

    [Fact]
    public void Lines_of_pg_hba_are_named_by_their_number_and_those_that_only_cannot_match_are_not()
    {
        var reading = TrialOutput.Of(
            [
                "LOG:  starting PostgreSQL 15.18",
                "LOG:  hostssl record cannot match because SSL is disabled",
                "HINT:  Set ssl = on in postgresql.conf.",
                "CONTEXT:  line 1 of configuration file \"/t/pg_hba.conf\"",
                "LOG:  invalid authentication method \"255.255.0.0\"",
                "CONTEXT:  line 2 of configuration file \"/t/pg_hba.conf\"",
                "FATAL:  could not load pg_hba.conf",
            ],
            Names);

        Assert.Equal(2, Assert.Single(reading.HbaLines).Key);
        Assert.Equal("invalid authentication method \"255.255.0.0\"", reading.HbaLines[2]);
    }

    [Fact]
    public void A_trial_that_reaches_its_data_has_accepted_everything()
    {
        var reading = TrialOutput.Of(
            [
                "FATAL:  required WAL directory \"pg_wal\" does not exist",
                "LOG:  startup process (PID 14718) exited with exit code 1",
            ],
            Names);

        Assert.True(reading.Started);
        Assert.Null(reading.Fatal);
    }

    /// <summary>A start only warns of it; a reload would reject the whole file.</summary>
    [Fact]
    public void A_name_below_a_reserved_prefix_is_named_although_the_server_starts()
    {
        var reading = TrialOutput.Of(
            [
                "WARNING:  invalid configuration parameter name \"pg_stat_statements.mx\", removing it",
                "DETAIL:  \"pg_stat_statements\" is now a reserved prefix.",
                "LOG:  startup process (PID 1) exited with exit code 1",
            ],
            Names);

        Assert.True(reading.Started);
        Assert.Equal("pg_stat_statements.mx", Assert.Single(reading.Parameters).Key);
    }
}
