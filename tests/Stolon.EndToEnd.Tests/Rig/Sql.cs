using Npgsql;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Connections of tests: short timeouts, no pool, so that each says what is so now.</summary>
public static class Sql
{
    public const string Superuser = "stolon";

    /// <summary>With all that password files, connection strings, configuration files and SQL have to escape.</summary>
    public const string SuperuserPassword = " sü:per\\ 'se\"cret;=#%$\\n🔑 ";

    public const string Replication = "repluser";
    /// <inheritdoc cref="SuperuserPassword"/>
    public const string ReplicationPassword = " ré:pl\\ 'se\"cret;=#%$\\n🔑 ";

    /// <summary>An ordinary database user, made by <see cref="TestCluster"/>: kept out while only internal access is
    /// allowed (docs/spec/keeper.md 6.4), unlike the superuser.</summary>
    public const string Application = "app";
    public const string ApplicationPassword = "app secret";

    /// <param name="certificates">Whose superuser shows his, where the server has TLS; null: no TLS.</param>
    /// <param name="password">Null: the user's of the rig.</param>
    /// <param name="cancellation">How long a command that is cancelled waits for the server's word, whole milliseconds.
    /// Null: not at all, the connection breaks.</param>
    public static async Task<NpgsqlConnection> ConnectAsync(
        int port,
        string user,
        ClusterCertificates? certificates = null,
        string host = "127.0.0.1",
        TimeSpan? cancellation = null,
        string? password = null)
    {
        var settings = new NpgsqlConnectionStringBuilder
        {
            Host = host,
            Port = port,
            Username = user,
            Password = password is not null ? password : user == Superuser ? SuperuserPassword : ApplicationPassword,
            Database = "postgres",
            SslMode = SslMode.Disable,
            Pooling = false,
            Timeout = 3,
            CommandTimeout = 5,
            CancellationTimeout = (int?)cancellation?.TotalMilliseconds ?? -1,
        };
        if (certificates is not null && user == Superuser)
        {
            settings.SslMode = SslMode.Prefer;
            (settings.SslCertificate, settings.SslKey) = certificates.Superuser;
        }

        // Loading PostgreSQL's types would be the largest query of all.
        var source = new NpgsqlSlimDataSourceBuilder(settings.ConnectionString)
            .EnableTransportSecurity()
            .ConfigureTypeLoading(loading => loading.EnableTypeLoading(false))
            .Build();
        await using (source)
        {
            return await source.OpenConnectionAsync();
        }
    }

    /// <summary>The first value of the first row as text; null for none.</summary>
    public static async Task<string?> AskAsync(NpgsqlConnection connection, string query)
    {
        await using var command = new NpgsqlCommand(query, connection);
        return (await command.ExecuteScalarAsync())?.ToString();
    }
}
