using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Postgres.Sql;
using Stolon.Testing;

namespace Stolon.Postgres.Tests.Sql;

[Trait("PostgreSQL", "version")]
public sealed class SourceMeasureTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_big_source_counts_once_while_nobody_waits_and_where_its_tablespaces_are_is_known_at_once()
    {
        await using var source = await TestInstance.RunningAsync();
        var space = Directory.CreateDirectory(Path.Combine(source.Directory, "space")).FullName;
        await source.SqlAsync($"create tablespace space location '{space}'");
        await source.SqlAsync("create table held as select 1 as n");
        var measure = new SourceMeasure(
            source.Options with { RequestTimeout = TimeSpan.FromSeconds(1) },
            new CurrentLogin(source.Options.Superuser, null, NullLogger.Instance),
            TimeProvider.System)
        {
            // Takes as long as the table is locked.
            SizeQuestion = "select oid::text, pg_tablespace_size(oid) from pg_tablespace, public.held",
        };
        await using var connection = new Npgsql.NpgsqlConnection(source.ConnectionString);
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using (var hold = new Npgsql.NpgsqlCommand("lock table held", connection, transaction))
        {
            await hold.ExecuteNonQueryAsync();
        }

        var spaces = await measure.SpacesAsync(source.Address, CancellationToken.None);
        for (var round = 0; round < 3; round++)
        {
            var silence = await Assert.ThrowsAsync<TimeoutException>(
                () => measure.SizesAsync(source.Address, spaces, CancellationToken.None));
            Assert.Contains("has been counting its files for", silence.Message);
        }

        Assert.Equal(space, Assert.Single(spaces).Location);
        Assert.Equal("1", await source.SqlAsync(
            "select count(*) from pg_stat_activity where query like '%public.held' and pid <> pg_backend_pid()"));
        await transaction.RollbackAsync();
        await Eventually.BeTrueAsync(
            async () => await measure.SizesAsync(source.Address, spaces, CancellationToken.None) is { Count: 3 },
            Soon,
            "the sizes are known");

        // And stay so for a while: nobody asks again.
        await source.SqlAsync("drop table held");
        Assert.Equal(3, (await measure.SizesAsync(source.Address, spaces, CancellationToken.None)).Count);
    }
}
