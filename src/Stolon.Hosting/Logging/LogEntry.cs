using Microsoft.Extensions.Logging;

namespace Stolon.Hosting.Logging;

/// <summary>One thing to be logged, before it is text.</summary>
internal sealed record LogEntry
{
    public required DateTimeOffset Time { get; init; }

    public required LogLevel Level { get; init; }

    /// <summary>Which class speaks, and the number of what it says.</summary>
    public required string Caller { get; init; }

    public required string Message { get; init; }

    /// <summary>In the order of logging.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Fields { get; init; } = [];
}
