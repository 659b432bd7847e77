using Microsoft.Extensions.Logging;

namespace Stolon.Hosting.Logging;

/// <summary>A log entry, before it is formatted.</summary>
internal sealed record LogEntry
{
    public required DateTimeOffset Time { get; init; }

    public required LogLevel Level { get; init; }

    /// <summary>The class that logs, and the event id.</summary>
    public required string Caller { get; init; }

    public required string Message { get; init; }

    /// <summary>In the order of logging.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Fields { get; init; } = [];
}
