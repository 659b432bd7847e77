namespace Stolon.Store.Kubernetes.Api;

/// <summary>What the API server says when it refuses (Kubernetes API conventions, "Response Status Kind").</summary>
internal sealed record KubeStatus(string? Message, string? Reason, int? Code);
