namespace Stolon.Testing.Kubernetes;

/// <summary>How a double is made.</summary>
public sealed record KubernetesDoubleOptions
{
    /// <summary>The server's certificate and key (PEM files); null = without TLS.</summary>
    public string? CertFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>Whose client certificates are taken (PEM file).</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>How often watches are told how far they are.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Ends watches sooner than they asked for; null = not.</summary>
    public TimeSpan? LongestWatch { get; init; }
}
