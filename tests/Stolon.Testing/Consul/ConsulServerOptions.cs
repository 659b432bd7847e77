namespace Stolon.Testing.Consul;

/// <summary>How a test's Consul is started.</summary>
public sealed record ConsulServerOptions
{
    /// <summary>Consul's name of the host.</summary>
    public string Name { get; init; } = "alone";

    /// <summary>TCP port of the API on 127.0.0.1; null = a free one.</summary>
    public int? ClientPort { get; init; }

    /// <summary>TCP and UDP port where members meet; null = a free one.</summary>
    public int? MemberPort { get; init; }

    /// <summary>Member ports of all servers of the cluster; empty = this server alone.</summary>
    public IReadOnlyList<int> Members { get; init; } = [];

    /// <summary>An agent without data of its own, which asks the servers.</summary>
    public bool AgentOnly { get; init; }

    /// <summary>Seconds of the shortest session. Consul's default is 10, which is long for a test.</summary>
    public int ShortestSessionSeconds { get; init; } = 1;

    /// <summary>Consul's limit of a value and of a transaction; null = its default, 512 KiB.</summary>
    public int? MaxValueBytes { get; init; }

    /// <summary>The token that may do everything; null = without access control.</summary>
    public string? RootToken { get; init; }

    /// <summary>PEM files; null = plain HTTP.</summary>
    public ConsulServerTls? Tls { get; init; }
}

/// <summary>Certificates of a test's Consul, all PEM files.</summary>
/// <param name="ClientCaFile">Clients must show a certificate signed by this; null = no client certificate
/// wanted.</param>
public sealed record ConsulServerTls(string CertFile, string KeyFile, string? ClientCaFile);
