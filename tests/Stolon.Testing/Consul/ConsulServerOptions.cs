namespace Stolon.Testing.Consul;

/// <summary>Options of a test's Consul.</summary>
public sealed record ConsulServerOptions
{
    /// <summary>Consul's node name.</summary>
    public string Name { get; init; } = "alone";

    /// <summary>TCP port of the API on 127.0.0.1; null = a free one.</summary>
    public int? ClientPort { get; init; }

    /// <summary>TCP and UDP port for the other members; null = a free one.</summary>
    public int? MemberPort { get; init; }

    /// <summary>Member ports of all servers of the cluster; empty = this server alone.</summary>
    public IReadOnlyList<int> Members { get; init; } = [];

    /// <summary>A client agent, without data, which queries the servers.</summary>
    public bool AgentOnly { get; init; }

    /// <summary>The minimum session in seconds. Consul's default is 10, which is long for a test.</summary>
    public int ShortestSessionSeconds { get; init; } = 1;

    /// <summary>Consul's limit of a value and of a transaction; null = its default, 512 KiB.</summary>
    public int? MaxValueBytes { get; init; }

    /// <summary>The token with all permissions; null = without ACLs.</summary>
    public string? RootToken { get; init; }

    /// <summary>PEM files; null = plain HTTP.</summary>
    public ConsulServerTls? Tls { get; init; }
}

/// <summary>Certificates of a test's Consul, all PEM files.</summary>
/// <param name="ClientCaFile">Clients must have a certificate signed by this; null = no client certificates.</param>
public sealed record ConsulServerTls(string CertFile, string KeyFile, string? ClientCaFile);
