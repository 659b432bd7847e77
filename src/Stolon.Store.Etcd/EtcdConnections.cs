namespace Stolon.Store.Etcd;

/// <summary>The connections to etcd: HTTP/2 in clear text (by prior knowledge) or under TLS, one to each
/// member.</summary>
internal static class EtcdConnections
{
    /// <summary>Silence after which a connection in use is asked for a sign of life. Not shorter: etcd closes
    /// connections that ask more often than every five seconds (its option --grpc-keepalive-min-time).</summary>
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(6);

    /// <summary>The shortest that .NET takes.</summary>
    private static readonly TimeSpan ShortestPingTimeout = TimeSpan.FromSeconds(1);

    public static SocketsHttpHandler Handler(EtcdOptions options)
    {
        var timeout = options.RequestTimeout;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            KeepAlivePingDelay = PingAfter,
            KeepAlivePingTimeout = timeout > ShortestPingTimeout ? timeout : ShortestPingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            // A member that does not even connect must leave time to write through another one.
            ConnectTimeout = timeout / (options.Endpoints.Addresses.Count + 1),
        };
        if (options.Endpoints.Tls)
        {
            handler.SslOptions = (options.Tls ?? StoreTls.Load(new StoreTlsOptions())).ClientOptions();
        }
        return handler;
    }
}
