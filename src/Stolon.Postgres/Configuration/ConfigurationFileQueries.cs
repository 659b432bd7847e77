using Npgsql;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Configuration;

/// <summary>Queries a server for its view of its configuration files (manual, "pg_file_settings", "pg_hba_file_rules",
/// "pg_ident_file_mappings"): it reads them again for each query.</summary>
internal static class ConfigurationFileQueries
{
    /// <summary>Also reported for a parameter that only waits for a restart.</summary>
    private const string NotApplied = "setting could not be applied";

    /// <summary>Reported, without a name, for a parameter that was removed from the files and waits for a
    /// restart.</summary>
    private const string Removed = "cannot be changed without restarting the server";

    public static async Task<FileTrouble> QueryAsync(
        NpgsqlConnection connection, PostgresVersion version, string hbaFile, CancellationToken cancellationToken)
    {
        // The first query marks, in this session, the parameters that would wait for a restart; the second one reads
        // the marks.
        var refused = await RowsAsync(
            connection, "select name, error from pg_file_settings where error is not null", cancellationToken);
        var pending = await RowsAsync(
            connection,
            "select name, current_setting('synchronous_standby_names') from pg_settings where pending_restart "
                + "union all select '', current_setting('synchronous_standby_names')",
            cancellationToken);
        var waiting = pending.Select(row => row[0]).Where(name => name.Length > 0).ToHashSet(
            StringComparer.OrdinalIgnoreCase);
        var trouble = new FileTrouble
        {
            Parameters = refused
                .Where(row => row[0].Length > 0
                    ? row[1] != NotApplied || !waiting.Contains(row[0])
                    : !row[1].EndsWith(Removed, StringComparison.Ordinal))
                .DistinctBy(row => row[0])
                .ToValueMap(row => row[0].Length > 0 ? row[0] : "postgresql.conf", row => row[1]),
            Pending = waiting.Order(StringComparer.Ordinal).ToValueList(),
            SynchronousStandbyNames = pending[^1][1],
        };
        return await WithAccessAsync(connection, version, hbaFile, trouble, cancellationToken);
    }

    private static async Task<FileTrouble> WithAccessAsync(
        NpgsqlConnection connection, PostgresVersion version, string hbaFile, FileTrouble trouble,
        CancellationToken cancellationToken)
    {
        if (!version.AtLeast(10))
        {
            return trouble;
        }

        var file = version.AtLeast(16) ? "coalesce(file_name, '')" : "current_setting('hba_file')";
        var hba = await RowsAsync(
            connection,
            $"select {file}, coalesce(line_number, 0)::text, error from pg_hba_file_rules where error is not null",
            cancellationToken);
        var ident = version.AtLeast(15)
            ? await RowsAsync(
                connection,
                "select 'pg_ident.conf', coalesce(line_number, 0)::text, error from pg_ident_file_mappings "
                    + "where error is not null",
                cancellationToken)
            : [];
        var ours = hba.Where(row => row[0] == hbaFile && row[1] != "0").ToList();
        return trouble with
        {
            HbaLines = ours.DistinctBy(row => row[1]).ToValueMap(row => int.Parse(row[1]), row => row[2]),
            Elsewhere = hba.Except(ours).Concat(ident)
                .Select(row => new LeftOutEntry(LeftOutKind.Access, $"{row[0]}, line {row[1]}", row[2]))
                .ToValueList(),
        };
    }

    private static async Task<List<string[]>> RowsAsync(
        NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<string[]>();
        while (await reader.ReadAsync(cancellationToken))
        {
            var columns = Enumerable.Range(0, reader.FieldCount);
            rows.Add([.. columns.Select(i => reader.IsDBNull(i) ? "" : reader.GetString(i))]);
        }

        return rows;
    }
}
