using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.EtcdV2;

/// <summary>Requests to the keys API (<c>/v2/keys</c>) and what their answers mean.</summary>
internal sealed class EtcdV2Client(EtcdV2Options options, TimeProvider time) : IDisposable
{
    private const string Name = "etcd";

    private readonly StoreHttp _http = new(
        new StoreHttpOptions
        {
            Name = Name,
            Servers = options.Endpoints.Addresses,
            RequestTimeout = options.RequestTimeout,
            Tls = options.Tls,
            Authorise = options.Login is { } login ? (message, _) => LogIn(message, login) : null,
        },
        time);

    /// <summary>Reads a key or directory, as the majority has it.</summary>
    /// <param name="query">More than <c>quorum=true</c>.</param>
    /// <returns>Null when it does not exist; and the store's index at that time.</returns>
    public async Task<(EtcdV2Node? Node, long Index)> ReadAsync(
        string key, string query, CancellationToken cancellationToken)
    {
        var answer = await _http.SendAsync(
            new StoreHttpRequest(HttpMethod.Get, $"{Path(key)}?quorum=true{query}"), cancellationToken);
        var body = Body(answer.Body);
        return (answer.Success && body.Node is not null) || body.ErrorCode == EtcdV2ErrorCode.KeyNotFound
            ? (body.Node, Index(answer.Header))
            : throw Failure(answer.Server, answer.Status, body, write: false);
    }

    /// <summary>Writes or deletes.</summary>
    /// <param name="fields">What a form of these fields says; null = no body.</param>
    /// <param name="expected">Codes of errors that are ordinary outcomes.</param>
    /// <returns>Null when it ended with one of those.</returns>
    public async Task<EtcdV2Node?> WriteAsync(
        HttpMethod method,
        string key,
        IReadOnlyDictionary<string, string>? fields,
        IReadOnlyCollection<int> expected,
        CancellationToken cancellationToken)
    {
        var answer = await _http.SendAsync(
            new StoreHttpRequest(method, Path(key))
            {
                Body = fields is null ? null : Form(fields),
                ContentType = "application/x-www-form-urlencoded",
                Writes = true,
            },
            cancellationToken);
        var body = Body(answer.Body);
        return answer.Success && body.Node is { } node ? node
            : expected.Contains(body.ErrorCode ?? 0) ? null
            : throw Failure(answer.Server, answer.Status, body, write: true);
    }

    /// <summary>Waits for the first event below this directory (or of this key) from an index on.</summary>
    public async Task<EtcdV2Wait> NextEventAsync(
        string key, long from, TimeSpan atMost, CancellationToken cancellationToken)
    {
        var index = from.ToString(CultureInfo.InvariantCulture);
        using var stream = await _http.OpenAsync(
            new StoreHttpRequest(HttpMethod.Get, $"{Path(key)}?wait=true&recursive=true&waitIndex={index}"),
            cancellationToken);
        using var limit = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // etcd ends long waits itself, with an answer without a body.
            if (await stream.NextLineAsync(either.Token) is not { } line)
            {
                return new EtcdV2Wait.NoEvent(Index(stream.Header));
            }
            var body = Body(Encoding.UTF8.GetBytes(line));
            return stream.Status == HttpStatusCode.OK && body.Node is { } node ? new EtcdV2Wait.Event(node)
                : body.ErrorCode == EtcdV2ErrorCode.IndexCleared ? new EtcdV2Wait.IndexCleared()
                : throw Failure(stream.Server, stream.Status, body, write: false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new EtcdV2Wait.NoEvent(Index(stream.Header));
        }
    }

    public void Dispose() => _http.Dispose();

    private static string Path(string key) => "/v2/keys/" + string.Join(
        '/', key.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.EscapeDataString));

    private static byte[] Form(IReadOnlyDictionary<string, string> fields) => Encoding.ASCII.GetBytes(
        string.Join('&', fields.Select(f => $"{f.Key}={Uri.EscapeDataString(f.Value)}")));

    /// <summary>The store's index when the request came in.</summary>
    private static long Index(Func<string, string?> header) =>
        long.TryParse(header("X-Etcd-Index"), CultureInfo.InvariantCulture, out var index) ? index : 0;

    private static EtcdV2Body Body(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, EtcdV2JsonContext.Default.EtcdV2Body) ?? new EtcdV2Body();
        }
        catch (JsonException)
        {
            // Not the keys API's: 404 of an etcd without it, or somebody else's page.
            return new EtcdV2Body { Message = Encoding.UTF8.GetString(body).Trim() };
        }
    }

    private static StoreUnavailableException Failure(Uri server, HttpStatusCode status, EtcdV2Body body, bool write)
    {
        var hint = body switch
        {
            { ErrorCode: EtcdV2ErrorCode.Unauthorised } =>
                " (the user needs a role that may read and write all keys below the cluster's: see --store-user)",
            { ErrorCode: null } when status == HttpStatusCode.NotFound =>
                " (etcd 3.4 and later have the v2 API only with --enable-v2, 3.6 has it no more; use etcdv3 there)",
            { ErrorCode: null } when status == HttpStatusCode.OK => " (this is not what etcd answers)",
            { Cause: { } why } when why.Contains("too large", StringComparison.Ordinal) =>
                " (the value is larger than etcd takes: see its option --max-request-bytes)",
            _ => "",
        };
        // Server errors come from etcd's own waiting for its majority; who says yes in other words is not etcd.
        var outcome = !write ? ""
            : (int)status is >= 500 or < 400 ? "; whether the write happened is unknown"
            : "; nothing was written";
        var cause = string.IsNullOrEmpty(body.Cause) ? "" : $" ({body.Cause})";
        return new StoreUnavailableException(
            $"{Name} {server.GetLeftPart(UriPartial.Authority)}: {body.Message ?? $"{status}"}{cause}{hint}{outcome}");
    }

    private static ValueTask LogIn(HttpRequestMessage message, StoreLogin login)
    {
        var pair = Encoding.UTF8.GetBytes($"{login.User}:{login.Password.Reveal}");
        message.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(pair));
        return ValueTask.CompletedTask;
    }
}
