namespace Stolon.Hosting.Metrics;

/// <summary>Metrics cannot be served at the configured address; nothing listens.</summary>
public sealed class MetricsListenException(string message, Exception innerException)
    : Exception(message, innerException);
