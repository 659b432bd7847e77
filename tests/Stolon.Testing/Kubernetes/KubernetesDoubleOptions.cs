namespace Stolon.Testing.Kubernetes;

/// <summary>Options of the test double.</summary>
public sealed record KubernetesDoubleOptions
{
    /// <summary>The server's certificate and key (PEM files); null = without TLS.</summary>
    public string? CertFile { get; init; }

    public string? KeyFile { get; init; }

    /// <summary>The authority of accepted client certificates (PEM file).</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>The interval of bookmarks.</summary>
    public TimeSpan BookmarkInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Ends watches earlier than requested; null = not.</summary>
    public TimeSpan? LongestWatch { get; init; }
}
