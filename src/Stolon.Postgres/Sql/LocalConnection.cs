using Npgsql;
using Stolon.Core.Keeper;

namespace Stolon.Postgres.Sql;

/// <summary>How the keeper connects to its own server: over a local socket (docs/spec/keeper.md 6.5), or by TCP when
/// there is none.</summary>
internal static class LocalConnection
{
    /// <summary>An inspection, an observation and a step may run at the same time.</summary>
    private const int MaxConnections = 3;

    public const string ApplicationName = "stolon-keeper";

    /// <summary>Our commits must not wait for standbys that may never connect, and no public schema may shadow the
    /// functions that we call.</summary>
    /// <remarks>A statement timeout that was set for the user would look like a hanging server.</remarks>
    public const string SessionSettings =
        "-c synchronous_commit=local -c search_path=pg_catalog -c statement_timeout=0 -c lock_timeout=0";

    public static NpgsqlDataSource Superuser(PostgresOptions options, LocalRoute route, int port, Login login)
    {
        var settings = InPostgres(options, route, port, login);
        settings.Pooling = true;
        settings.MaxPoolSize = MaxConnections;
        settings.NoResetOnClose = true;
        return Source(settings);
    }

    /// <summary>The superuser's, outside of every pool; not opened yet.</summary>
    public static NpgsqlConnection Single(PostgresOptions options, LocalRoute route, int port, Login login)
    {
        var settings = InPostgres(options, route, port, login);
        settings.Pooling = false;
        return Source(settings).CreateConnection();
    }

    public static string Replication(PostgresOptions options, LocalRoute route, int port, Login login) =>
        Base(options, route, port, login).ConnectionString;

    /// <summary>The driver counts whole seconds, and treats 0 as no limit.</summary>
    public static int Seconds(TimeSpan limit) => Math.Max(1, (int)Math.Ceiling(limit.TotalSeconds));

    // We read only text, booleans and numbers, so the types of the database are not needed.
    private static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlSlimDataSourceBuilder(settings.ConnectionString)
            .EnableTransportSecurity()
            .ConfigureTypeLoading(types => types.EnableTypeLoading(false))
            .Build();

    private static NpgsqlConnectionStringBuilder InPostgres(
        PostgresOptions options, LocalRoute route, int port, Login login)
    {
        var settings = Base(options, route, port, login);
        settings.Database = "postgres";
        settings.Options = SessionSettings;
        return settings;
    }

    private static NpgsqlConnectionStringBuilder Base(PostgresOptions options, LocalRoute route, int port, Login login)
    {
        var seconds = Seconds(options.RequestTimeout);
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = route.Host,
            Port = port,
            Username = login.Name,
            Password = login.Password?.Reveal,
            ApplicationName = ApplicationName,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Timeout = seconds,
            CommandTimeout = seconds,

            // Minus one: for a server that does not answer, no cancellation is sent; the connection is dropped.
            CancellationTimeout = -1,
        };
        if (!route.IsSocket)
        {
            // The server is on this host, and no certificate names the address used here, so none is checked.
            settings.SslMode = login.Certificate is null ? SslMode.Prefer : SslMode.Require;
            settings.SslCertificate = login.Certificate?.CertificateFile;
            settings.SslKey = login.Certificate?.KeyFile;
        }

        return settings;
    }
}
