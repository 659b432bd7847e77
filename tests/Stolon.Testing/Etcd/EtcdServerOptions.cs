namespace Stolon.Testing.Etcd;

/// <summary>Options of a test's etcd.</summary>
public sealed record EtcdServerOptions
{
    /// <summary>etcd's name for the member.</summary>
    public string Name { get; init; } = "default";

    /// <summary>TCP port for clients on 127.0.0.1; null = a free one.</summary>
    public int? ClientPort { get; init; }

    /// <summary>TCP port for the other members; null = a free one.</summary>
    public int? PeerPort { get; init; }

    /// <summary>etcd's <c>--initial-cluster</c>; null = this member alone.</summary>
    public string? InitialCluster { get; init; }

    /// <summary>etcd's limit of a request; null = its default, 1.5 MiB.</summary>
    public int? MaxRequestBytes { get; init; }

    /// <summary>PEM files; null = plain HTTP.</summary>
    public EtcdServerTls? Tls { get; init; }

    /// <summary>etcd's <c>--auth-token</c>; null = its default, simple tokens.</summary>
    public string? AuthToken { get; init; }

    /// <summary>The life of a simple token after its last use, in seconds; null = etcd's default, 300.</summary>
    public int? AuthTokenSeconds { get; init; }

    /// <summary>The heartbeat in milliseconds. The election timeout is ten times as long, the shortest lease one and a
    /// half election timeouts, rounded up to a second.</summary>
    public int HeartbeatMilliseconds { get; init; } = 50;

    /// <summary>True: with the v2 API.</summary>
    public bool V2 { get; init; }
}

/// <summary>Certificates of a test's etcd, all PEM files.</summary>
/// <param name="ClientCaFile">Clients must have a certificate signed by this; null = no client certificates.</param>
public sealed record EtcdServerTls(string CertFile, string KeyFile, string? ClientCaFile);
