namespace Stolon.Store.Kubernetes.Access;

/// <summary>What a credential plugin prints: an <c>ExecCredential</c>.</summary>
internal sealed record ExecAnswer(string? Kind, string? ApiVersion, ExecAnswerStatus? Status);

internal sealed record ExecAnswerStatus
{
    public string? Token { get; init; }

    public string? ClientCertificateData { get; init; }

    public string? ClientKeyData { get; init; }

    public DateTimeOffset? ExpirationTimestamp { get; init; }

    public override string ToString() => "***";
}
