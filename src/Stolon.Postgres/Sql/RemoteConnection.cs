using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;

namespace Stolon.Postgres.Sql;

/// <summary>How the keeper connects to another keeper's server (docs/spec/keeper.md 6.5).</summary>
internal static class RemoteConnection
{
    private const int KeepAliveMilliseconds = 10_000;

    public static NpgsqlConnectionStringBuilder To(ServerAddress server, Login login, PostgresOptions options) => new()
    {
        Host = server.Host,
        Port = ushort.TryParse(server.Port, out var port)
            ? port
            : throw new PostgresToolException($"{server} is not a valid source address: its port is not a number"),
        Username = login.Name,
        Password = login.Password?.Reveal,
        SslMode = Mode(options.Tls),
        RootCertificate = options.Tls.AuthoritiesFile,
        SslCertificate = login.Certificate?.CertificateFile,
        SslKey = login.Certificate?.KeyFile,
        GssEncryptionMode = GssEncryptionMode.Disable,
        Pooling = false,
        Timeout = LocalConnection.Seconds(options.RequestTimeout),

        // No cancellation is sent to a frozen server; the connection is dropped.
        CancellationTimeout = -1,
        TcpKeepAlive = true,
        TcpKeepAliveTime = KeepAliveMilliseconds,
        TcpKeepAliveInterval = KeepAliveMilliseconds,
    };

    /// <summary>For SQL as superuser.</summary>
    public static NpgsqlDataSource Superuser(ServerAddress server, Login login, PostgresOptions options)
    {
        var settings = To(server, login, options);
        settings.Database = "postgres";
        settings.ApplicationName = LocalConnection.ApplicationName;
        settings.Options = LocalConnection.SessionSettings;
        return new NpgsqlSlimDataSourceBuilder(settings.ConnectionString)
            .EnableTransportSecurity()
            .ConfigureTypeLoading(types => types.EnableTypeLoading(false))
            .Build();
    }

    /// <summary>Whether an attempt to connect failed for reasons outside of this program. Npgsql does not wrap some of
    /// them: a name that is not resolved, certificates that cannot be loaded.</summary>
    public static bool IsTrouble(Exception e) => e
        is NpgsqlException or SocketException or IOException or UnauthorizedAccessException
        or CryptographicException or ArgumentException;

    /// <summary>As libpq, which also checks the server's certificate with "require" when it has trusted authorities;
    /// Npgsql does not.</summary>
    private static SslMode Mode(ServerTls tls) => tls.Mode switch
    {
        "verify-full" => SslMode.VerifyFull,
        "verify-ca" => SslMode.VerifyCA,
        "require" => tls.AuthoritiesFile is null ? SslMode.Require : SslMode.VerifyCA,
        _ => SslMode.Prefer,
    };
}
