using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.EtcdV2;

/// <summary>Requests to etcd's v2 keys API (<c>/v2/keys</c>), and their results.</summary>
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

    /// <summary>Reads a key or directory with quorum.</summary>
    /// <param name="query">Parameters in addition to <c>quorum=true</c>.</param>
    /// <returns>The node, or null if it does not exist, and the store's index at that time.</returns>
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
    /// <param name="fields">The fields of the form; null = no body.</param>
    /// <param name="expected">Error codes that are expected outcomes.</param>
    /// <returns>Null for one of the expected errors.</returns>
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

    /// <summary>Waits for the first event of this key, or below this directory, from an index on.</summary>
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
            // etcd itself ends long waits, with a response without a body.
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

    /// <summary>The store's index when it received the request.</summary>
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
            // Not from the keys API: the 404 of an etcd without it, or a page of another server.
            return new EtcdV2Body { Message = Encoding.UTF8.GetString(body).Trim() };
        }
    }

    private static StoreUnavailableException Failure(Uri server, HttpStatusCode status, EtcdV2Body body, bool write)
    {
        var hint = body switch
        {
            { ErrorCode: EtcdV2ErrorCode.Unauthorised } =>
                " (the user needs a role that may read and write all keys below the cluster's: check --store-user)",
            { ErrorCode: null } when status == HttpStatusCode.NotFound =>
                " (etcd 3.4 and 3.5 have the v2 API only with --enable-v2, 3.6 does not have it; use store "
                + "backend etcdv3)",
            { ErrorCode: null } when status == HttpStatusCode.OK => " (this is not a response of etcd; check "
                + "the endpoint)",
            { Cause: { } why } when why.Contains("too large", StringComparison.Ordinal) =>
                " (the value exceeds etcd's limit: increase its option --max-request-bytes)",
            _ => "",
        };
        // etcd responds with 5xx when it waited for its quorum. A success without etcd's body is not from etcd.
        var outcome = StoreFailure.Outcome(write, (int)status is >= 500 or < 400);
        var cause = string.IsNullOrEmpty(body.Cause) ? "" : $" ({body.Cause})";
        return new StoreUnavailableException(
            $"{Name} {StoreFailure.Name(server)}: {body.Message ?? $"{status}"}{cause}{hint}{outcome}");
    }

    private static ValueTask LogIn(HttpRequestMessage message, StoreLogin login)
    {
        message.Headers.Authorization = login.BasicAuthorization();
        return ValueTask.CompletedTask;
    }
}

/// <summary>The result of waiting for an event.</summary>
internal abstract record EtcdV2Wait
{
    private EtcdV2Wait()
    {
    }

    /// <summary>The first event from the requested index on.</summary>
    public sealed record Event(EtcdV2Node Node) : EtcdV2Wait;

    /// <summary>No event up to this index, and none while waiting.</summary>
    public sealed record NoEvent(long Index) : EtcdV2Wait;

    /// <summary>The requested index is older than the last thousand events, which etcd remembers.</summary>
    public sealed record IndexCleared : EtcdV2Wait;
}
