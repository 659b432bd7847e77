using Npgsql;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Sql;

/// <summary>The password with which a standby streams. Its own server may still accept the former one: it receives the
/// change only by streaming.</summary>
internal sealed class UpstreamLogin(PostgresOptions options, CurrentLogin own, CurrentLogin upstream, TimeProvider time)
{
    /// <summary>An inspection must not wait for another host that does not answer.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    // Before PostgreSQL 12 there is no such setting; a receiver may be there and still be connecting.
    private const string Unfollowed =
        """
        select current_setting('primary_conninfo', true)
        where pg_is_in_recovery() and not exists (select from pg_stat_wal_receiver where status = 'streaming')
        """;

    /// <summary>The connection settings of this standby while it receives nothing; null: it receives WAL, or follows no
    /// server.</summary>
    public static async Task<string?> UnfollowedAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Unfollowed, connection);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }

    /// <summary>The password that the own server accepts or, if the followed server accepts another one,
    /// that.</summary>
    /// <param name="connectionInfo">See <see cref="UnfollowedAsync"/>.</param>
    public async Task<Secret?> PasswordAsync(string? connectionInfo, CancellationToken cancellationToken)
    {
        var now = own.Now.Password;
        if (connectionInfo is null || now is null || options.ReplicationPasswordNow is not { } read
            || read() is not { } inFile || (inFile == now && upstream.Now.Password == now)
            || !ConnectionInfo.TryParse(connectionInfo, out var info)
            || info["user"] != own.Now.Name || info["host"] is not { } host || info["port"] is not { } port
            || ReplicationSlotName.InstanceOf(info["application_name"] ?? "") is not { } self)
        {
            return now;
        }

        try
        {
            var probe = new SourceProbe(options with { RequestTimeout = Limit }, upstream, time);
            await probe.RunAsync(new ServerAddress(host, port), self, systemIdentifier: null, cancellationToken);
            return upstream.Now.Password;
        }
        catch (Exception e) when (e is PostgresToolException or TimeoutException)
        {
            // Whatever the cause is, it is not a changed password.
            return now;
        }
    }
}
