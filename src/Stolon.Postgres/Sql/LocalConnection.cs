using Npgsql;
using Stolon.Core.Keeper;

namespace Stolon.Postgres.Sql;

/// <summary>How the keeper connects to its own server: over the local socket (keeper.md 6.5).</summary>
internal static class LocalConnection
{
    /// <summary>A look and an observation may ask at the same time, and a step beside them.</summary>
    private const int MaxConnections = 3;

    public const string ApplicationName = "stolon-keeper";

    /// <summary>Our commits must not wait for standbys that may never come, and nobody's public schema shadows what we
    /// call.</summary>
    public const string SessionSettings = "-c synchronous_commit=local -c search_path=pg_catalog";

    public static NpgsqlDataSource Superuser(PostgresOptions options, int port)
    {
        var settings = OfSuperuser(options, port);
        settings.Pooling = true;
        settings.MaxPoolSize = MaxConnections;
        settings.NoResetOnClose = true;
        return Source(settings);
    }

    /// <summary>One session, not kept.</summary>
    public static NpgsqlDataSource SuperuserOnce(PostgresOptions options, int port)
    {
        var settings = OfSuperuser(options, port);
        settings.Pooling = false;
        return Source(settings);
    }

    private static NpgsqlConnectionStringBuilder OfSuperuser(PostgresOptions options, int port)
    {
        var settings = Base(options, port, options.Superuser);
        settings.Database = "postgres";
        settings.Options = SessionSettings;
        return settings;
    }

    // Nothing but text, booleans and numbers is asked for: no need to read the types of the database.
    private static NpgsqlDataSource Source(NpgsqlConnectionStringBuilder settings) =>
        new NpgsqlSlimDataSourceBuilder(settings.ConnectionString)
            .ConfigureTypeLoading(types => types.EnableTypeLoading(false))
            .Build();

    public static string Replication(PostgresOptions options, int port) =>
        Base(options, port, options.Replication).ConnectionString;

    /// <summary>The driver counts whole seconds, and 0 means no limit to it.</summary>
    public static int Seconds(TimeSpan limit) => Math.Max(1, (int)Math.Ceiling(limit.TotalSeconds));

    private static NpgsqlConnectionStringBuilder Base(PostgresOptions options, int port, Login login)
    {
        var seconds = Seconds(options.RequestTimeout);
        return new NpgsqlConnectionStringBuilder
        {
            Host = options.SocketDirectory,
            Port = port,
            Username = login.Name,
            Password = login.Password?.Reveal,
            ApplicationName = ApplicationName,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
            Timeout = seconds,
            CommandTimeout = seconds,

            // Minus one: a server that does not answer is not asked to cancel either; the connection is dropped.
            CancellationTimeout = -1,
        };
    }
}
