namespace Stolon.Testing.Go;

/// <summary>The type of a Go variable, as far as its JSON depends on it (docs/spec/store.md 4). Values are
/// <see cref="System.Text.Json.Nodes.JsonNode"/>: structs complete, durations in nanoseconds.</summary>
public abstract record GoType
{
    private GoType()
    {
    }

    public sealed record Text : GoType;

    public sealed record Flag : GoType;

    public sealed record Whole(Int128 Least, Int128 Most) : GoType;

    /// <summary>A string such as <c>1m0s</c> in JSON.</summary>
    public sealed record Duration : GoType;

    /// <summary>RFC 3339.</summary>
    public sealed record Time : GoType;

    /// <summary>Null, or a value.</summary>
    public sealed record Optional(GoType Value) : GoType;

    /// <summary>Null, or values.</summary>
    public sealed record ListOf(GoType Item) : GoType;

    /// <summary>Null, or values by text.</summary>
    public sealed record MapOf(GoType Value) : GoType;

    public sealed record Struct(params GoField[] Fields) : GoType;
}
