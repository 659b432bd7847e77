using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.Consul;

/// <summary>Requests to Consul's HTTP API.</summary>
internal sealed class ConsulClient : IDisposable
{
    public const string IndexHeader = "X-Consul-Index";

    private readonly StoreHttp _http;
    private readonly string _namespace;
    private readonly string _requiredPolicy;

    /// <param name="requiredPolicy">For messages: the ACL policy that the requests need.</param>
    /// <exception cref="StoreOptionsException">More than one endpoint, or an invalid timeout.</exception>
    public ConsulClient(ConsulOptions options, string requiredPolicy, TimeProvider time)
    {
        if (options.Endpoints.Addresses.Count > 1)
        {
            throw new StoreOptionsException(
                $"consul does not support multiple endpoints: "
                + string.Join(',', options.Endpoints.Addresses.Select(a => StoreFailure.Name(a))));
        }

        _requiredPolicy = requiredPolicy;
        Namespace = options.Namespace;
        Time = time;
        _namespace = options.Namespace is { } name ? "ns=" + Uri.EscapeDataString(name) : "";
        var authorization = options.Login?.BasicAuthorization();
        _http = new StoreHttp(
            new StoreHttpOptions
            {
                Name = "consul",
                Servers = options.Endpoints.Addresses,
                RequestTimeout = options.RequestTimeout,
                Tls = options.Tls,
                TimeoutHint = ConsulErrors.TimeoutHint,
                Authorise = (message, _) =>
                {
                    message.Headers.Authorization = authorization;
                    if (options.Token is { } token)
                    {
                        message.Headers.Add("X-Consul-Token", token.Reveal);
                    }

                    return ValueTask.CompletedTask;
                },
            },
            time);
    }

    /// <summary>For steps of transactions; null = the namespace of the token.</summary>
    public string? Namespace { get; }

    public TimeProvider Time { get; }

    /// <summary>Sends a read.</summary>
    /// <param name="query">Without question mark; empty = none.</param>
    /// <param name="wait">How long Consul may wait for a change.</param>
    /// <returns>A successful response, or "not found".</returns>
    /// <exception cref="StoreUnavailableException">Any other response, or none.</exception>
    public async Task<StoreHttpResponse> GetAsync(
        string path, string query, TimeSpan wait, CancellationToken cancellationToken)
    {
        var request = new StoreHttpRequest(HttpMethod.Get, Path(path, query)) { Wait = wait };
        var answer = await _http.SendAsync(request, cancellationToken);
        // Consul's own "not found" has an index header. A page of a server between us and Consul must not count as "not
        // found".
        return answer.Success || (answer.Status == HttpStatusCode.NotFound && answer.Header(IndexHeader) is not null)
            ? answer
            : throw Refused(answer, write: false);
    }

    /// <summary>Sends a change; the caller checks the status.</summary>
    /// <param name="write">True if it changes something that other programs read.</param>
    /// <exception cref="StoreUnavailableException">No response.</exception>
    public Task<StoreHttpResponse> SendAsync(
        HttpMethod method,
        string path,
        string query,
        ReadOnlyMemory<byte>? body,
        bool write,
        CancellationToken cancellationToken) => _http.SendAsync(
        new StoreHttpRequest(method, Path(path, query)) { Body = body, Writes = write }, cancellationToken);

    /// <summary>As <see cref="SendAsync"/>.</summary>
    /// <exception cref="StoreUnavailableException">Refused, or no response.</exception>
    public async Task<StoreHttpResponse> ChangeAsync(
        HttpMethod method,
        string path,
        string query,
        ReadOnlyMemory<byte>? body,
        bool write,
        CancellationToken cancellationToken)
    {
        var answer = await SendAsync(method, path, query, body, write, cancellationToken);
        return answer.Success ? answer : throw Refused(answer, write);
    }

    /// <summary>The exception for a refusal.</summary>
    /// <param name="write">True: the text states whether the write may have happened.</param>
    public StoreUnavailableException Refused(StoreHttpResponse answer, bool write) => Refused(
        answer, answer.Text.Length > 0 ? answer.Text : $"HTTP status {(int)answer.Status}", write);

    /// <inheritdoc cref="Refused(StoreHttpResponse,bool)"/>
    public StoreUnavailableException Refused(StoreHttpResponse answer, string detail, bool write) =>
        ConsulErrors.Unavailable(answer.Server, detail, answer.Status, _requiredPolicy, write);

    /// <summary>Parses the body.</summary>
    /// <exception cref="StoreUnavailableException">The body is invalid.</exception>
    public static T Read<T>(StoreHttpResponse answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, type)
                ?? throw new StoreUnavailableException($"consul {StoreFailure.Name(answer.Server)}: the "
                    + "response is null");
        }
        catch (JsonException e)
        {
            throw new StoreUnavailableException($"consul {StoreFailure.Name(answer.Server)}: the response is "
                + $"invalid: {e.Message}", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private string Path(string path, string query) =>
        string.Join('&', new[] { query, _namespace }.Where(q => q.Length > 0)) is { Length: > 0 } all
            ? $"{path}?{all}"
            : path;
}
