using System.Net;
using System.Text;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Http;

/// <summary>A response without an end, such as a watch. Dispose it to end it.</summary>
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

    /// <summary>The first value of a header; null if it is missing.</summary>
    public string? Header(string name) => _response.Headers.TryGetValues(name, out var values) ? values.First() : null;

    /// <summary>The next line, without a timeout; null if the server ended the response.</summary>
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
                $"{_name} {StoreFailure.Name(Server)}: the watch broke: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        _reader.Dispose();
        _response.Dispose();
    }
}
