using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace Stolon.Store.Http;

/// <summary>A complete response of a store. The caller decides which status is a failure.</summary>
public sealed record StoreHttpResponse(Uri Server, HttpStatusCode Status, HttpResponseHeaders Headers, byte[] Body)
{
    public bool Success => (int)Status is >= 200 and < 300;

    /// <summary>The body as text on one line, for messages.</summary>
    public string Text => Encoding.UTF8.GetString(Body).Trim().ReplaceLineEndings(" ");

    /// <summary>The first value of a header; null if it is missing.</summary>
    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.First() : null;
}
