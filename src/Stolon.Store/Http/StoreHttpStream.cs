using System.Net;
using System.Text;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Http;

/// <summary>An answer that goes on as long as the server and both sides' network do. Dispose it to end it.</summary>
public sealed class StoreHttpStream : IDisposable
{
    private readonly string _name;
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _reader;

    internal StoreHttpStream(string name, Uri server, HttpResponseMessage response, Stream body)
    {
        _name = name;
        Server = server;
        _response = response;
        _reader = new StreamReader(body, Encoding.UTF8);
    }

    public Uri Server { get; }

    public HttpStatusCode Status => _response.StatusCode;

    /// <summary>The first value of a header; null when it is missing.</summary>
    public string? Header(string name) => _response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    /// <summary>The next line, however long it takes to come; null when the server ended the answer.</summary>
    /// <exception cref="StoreUnavailableException">The connection broke.</exception>
    public async Task<string?> NextLineAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await _reader.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new StoreUnavailableException(
                $"{_name} {Server.GetLeftPart(UriPartial.Authority)}: the watch broke: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}
