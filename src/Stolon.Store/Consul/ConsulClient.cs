using System.Net;
using System.Net.Http.Headers;
using System.Text;
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

    /// <param name="requiredPolicy">For messages: the policy that what is asked needs.</param>
    /// <exception cref="StoreOptionsException">More than one endpoint, or a timeout that cannot be used.</exception>
    public ConsulClient(ConsulOptions options, string requiredPolicy, TimeProvider time)
    {
        if (options.Endpoints.Addresses.Count > 1)
        {
            throw new StoreOptionsException(
                $"consul does not support multiple endpoints: "
                + string.Join(',', options.Endpoints.Addresses.Select(a => a.GetLeftPart(UriPartial.Authority))));
        }

        _requiredPolicy = requiredPolicy;
        Namespace = options.Namespace;
        Time = time;
        _namespace = options.Namespace is { } name ? "ns=" + Uri.EscapeDataString(name) : "";
        var authorization = options.Login is { } login
            ? new AuthenticationHeaderValue(
                "Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{login.User}:{login.Password.Reveal}")))
            : null;
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

    /// <summary>For steps of transactions; null = the token's own.</summary>
    public string? Namespace { get; }

    public TimeProvider Time { get; }

    /// <summary>Asks for something; changes nothing.</summary>
    /// <param name="query">Without question mark; empty = none.</param>
    /// <param name="wait">How long Consul is told to wait for a change.</param>
    /// <returns>The answer, or one of "not found".</returns>
    /// <exception cref="StoreUnavailableException">Any other answer, or none.</exception>
    public async Task<StoreHttpResponse> GetAsync(
        string path, string query, TimeSpan wait, CancellationToken cancellationToken)
    {
        var request = new StoreHttpRequest(HttpMethod.Get, Path(path, query)) { Wait = wait };
        var answer = await _http.SendAsync(request, cancellationToken);
        // Consul's own "not found" tells the index; a page of what is between us and Consul must not pass for it.
        return answer.Success || (answer.Status == HttpStatusCode.NotFound && answer.Header(IndexHeader) is not null)
            ? answer
            : throw Refused(answer, write: false);
    }

    /// <summary>Asks for a change, and leaves the answer's status to be judged.</summary>
    /// <param name="write">True when it changes something that somebody else reads.</param>
    /// <exception cref="StoreUnavailableException">No answer.</exception>
    public Task<StoreHttpResponse> SendAsync(
        HttpMethod method,
        string path,
        string query,
        ReadOnlyMemory<byte>? body,
        bool write,
        CancellationToken cancellationToken) => _http.SendAsync(
        new StoreHttpRequest(method, Path(path, query)) { Body = body, Writes = write }, cancellationToken);

    /// <summary>As <see cref="SendAsync"/>.</summary>
    /// <exception cref="StoreUnavailableException">Refused, or no answer.</exception>
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

    /// <summary>What to throw for an answer that is a refusal.</summary>
    /// <param name="write">True: the text says whether the write may have happened.</param>
    public StoreUnavailableException Refused(StoreHttpResponse answer, bool write) => Refused(
        answer, answer.Text.Length > 0 ? answer.Text : $"HTTP status {(int)answer.Status}", write);

    /// <inheritdoc cref="Refused(StoreHttpResponse,bool)"/>
    public StoreUnavailableException Refused(StoreHttpResponse answer, string detail, bool write) =>
        ConsulErrors.Unavailable(answer.Server, detail, answer.Status, _requiredPolicy, write);

    /// <summary>Reads the body.</summary>
    /// <exception cref="StoreUnavailableException">It is not what it should be.</exception>
    public static T Read<T>(StoreHttpResponse answer, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, type)
                ?? throw new StoreUnavailableException($"consul {answer.Server}: answered null");
        }
        catch (JsonException e)
        {
            throw new StoreUnavailableException($"consul {answer.Server}: the answer cannot be read: {e.Message}", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private string Path(string path, string query) =>
        string.Join('&', new[] { query, _namespace }.Where(q => q.Length > 0)) is { Length: > 0 } all
            ? $"{path}?{all}"
            : path;
}
