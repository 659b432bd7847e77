namespace Stolon.Store.Http;

/// <summary>One request to a store.</summary>
/// <param name="Path">Path and query, with a leading slash, already escaped.</param>
public sealed record StoreHttpRequest(HttpMethod Method, string Path)
{
    /// <summary>Null = none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    /// <summary>The type of the body.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>True if the request must not be executed twice: then it is sent to another server only if the first one
    /// certainly did not receive it, and a failure states whether it may have happened.</summary>
    public bool Writes { get; init; }

    /// <summary>How long the server may delay the response (long poll), in addition to the request timeout.</summary>
    public TimeSpan Wait { get; init; }
}
