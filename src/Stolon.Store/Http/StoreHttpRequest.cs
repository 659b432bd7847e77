namespace Stolon.Store.Http;

/// <summary>One request to a store.</summary>
/// <param name="Path">Path and query, beginning with a slash, already escaped.</param>
public sealed record StoreHttpRequest(HttpMethod Method, string Path)
{
    /// <summary>Null = none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>Of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>True when it changes something that must not happen twice: then it is asked of another server only when
    /// the first certainly did not get it, and a failure says whether it may have happened.</summary>
    public bool Writes { get; init; }

    /// <summary>How long the server was told it may keep the answer back, on top of the request timeout.</summary>
    public TimeSpan Wait { get; init; }
}
