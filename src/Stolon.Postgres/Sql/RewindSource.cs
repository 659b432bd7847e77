using Npgsql;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Ports.Postgres;

namespace Stolon.Postgres.Sql;

/// <summary>Makes a primary ready to be the source of pg_rewind.</summary>
/// <remarks>Up to PostgreSQL 15 pg_rewind reads the source's timeline from its control file, which tells the old one
/// until the first checkpoint after a promotion has ended. It then finds "no rewind required" and leaves the data
/// diverged.</remarks>
internal sealed class RewindSource(PostgresOptions options)
{
    private const int KeepAliveMilliseconds = 10_000;

    // The first 8 digits of a WAL file's name are its timeline.
    private const string ControlFileIsCurrent =
        "select (select timeline_id from pg_control_checkpoint()) "
        + "= ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int";

    /// <summary>Checkpoints it if its control file is behind; that takes as long as it takes.</summary>
    /// <exception cref="PostgresToolException">It cannot be reached as superuser, or is no primary.</exception>
    public async Task PrepareAsync(PostgresVersion version, ServerAddress primary, CancellationToken cancellationToken)
    {
        try
        {
            await using var source = Source(primary);
            await using var connection = await source.OpenConnectionAsync(cancellationToken);
            await using var question = new NpgsqlCommand(ControlFileIsCurrent, connection);
            if (!version.AtLeast(10) || await question.ExecuteScalarAsync(cancellationToken) is not true)
            {
                await using var checkpoint = new NpgsqlCommand("checkpoint", connection) { CommandTimeout = 0 };
                await checkpoint.ExecuteNonQueryAsync(cancellationToken);
            }
        }
        catch (NpgsqlException e)
        {
            throw new PostgresToolException($"checkpoint of {primary} before a rewind: {e.Message}", e);
        }
    }

    /// <summary>As libpq, which looks at the server's certificate also with "require" when it has authorities to trust;
    /// Npgsql does not.</summary>
    private static SslMode Mode(ServerTls tls) => tls.Mode switch
    {
        "verify-full" => SslMode.VerifyFull,
        "verify-ca" => SslMode.VerifyCA,
        "require" => tls.AuthoritiesFile is null ? SslMode.Require : SslMode.VerifyCA,
        _ => SslMode.Prefer,
    };

    private NpgsqlDataSource Source(ServerAddress primary)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = primary.Host,
            Port = ushort.TryParse(primary.Port, out var port)
                ? port
                : throw new PostgresToolException($"{primary} is no address to rewind from: its port is no number"),
            Username = options.Superuser.Name,
            Password = options.Superuser.Password?.Reveal,
            Database = "postgres",
            ApplicationName = LocalConnection.ApplicationName,
            Options = LocalConnection.SessionSettings,
            SslMode = Mode(options.Tls),
            RootCertificate = options.Tls.AuthoritiesFile,
            SslCertificate = options.Superuser.Certificate?.CertificateFile,
            SslKey = options.Superuser.Certificate?.KeyFile,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Pooling = false,
            Timeout = LocalConnection.Seconds(options.RequestTimeout),

            // A source that is frozen is not asked to cancel: the connection is dropped.
            CancellationTimeout = -1,
            TcpKeepAlive = true,
            TcpKeepAliveTime = KeepAliveMilliseconds,
            TcpKeepAliveInterval = KeepAliveMilliseconds,
        };
        return new NpgsqlSlimDataSourceBuilder(settings.ConnectionString)
            .EnableTransportSecurity()
            .ConfigureTypeLoading(types => types.EnableTypeLoading(false))
            .Build();
    }
}
