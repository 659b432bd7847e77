using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Stolon.Agents;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;
using Stolon.Store.Kubernetes.Access;

namespace Stolon.Store.Kubernetes.Api;

/// <summary>Requests to the API server as one user in one namespace. Safe for use by several tasks at once.</summary>
internal sealed class KubeClient : IDisposable
{
    private readonly KubeAccess _access;
    private readonly TimeSpan _timeout;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly KubeAccessDescription _text;
    private readonly Lock _lock = new();
    private readonly LogOnce _lasting = new();
    private KubeConnection _connection;
    private KubeConnection? _previous;

    /// <exception cref="StoreOptionsException">The certificates or the timeout are invalid.</exception>
    public KubeClient(KubeAccess access, TimeSpan timeout, TimeProvider time, ILogger logger)
    {
        _access = access;
        _timeout = timeout;
        _time = time;
        _logger = logger;
        _text = new KubeAccessDescription(access.Origin, access.Namespace);
        _connection = new KubeConnection(access, timeout, time, KubeCredential.None);
    }

    public string Namespace => _access.Namespace;

    /// <summary>Timeout of one request.</summary>
    public TimeSpan Timeout => _timeout;

    /// <summary>The response, whatever its status. Refused credentials are renewed, and Retry-After is
    /// followed.</summary>
    /// <exception cref="StoreUnavailableException">No response in time.</exception>
    public async Task<StoreHttpResponse> SendAsync(KubeRequest request, CancellationToken cancellationToken)
    {
        var startedAt = _time.GetTimestamp();
        var renewed = false;
        while (true)
        {
            var (connection, credential) = await ConnectionAsync(cancellationToken);
            var answer = await connection.Http.SendAsync(Http(request), cancellationToken);
            if (answer.Status == HttpStatusCode.Unauthorized && !renewed
                && await _access.Credentials.RenewAsync(credential, cancellationToken))
            {
                // The server refused it before executing anything.
                renewed = true;
                KubernetesLog.CredentialsRefused(_logger, _access.Origin);
            }
            else if (KubeErrors.RetryAfter(request, answer) is { } pause
                && _time.GetElapsedTime(startedAt) + pause < _timeout)
            {
                await Task.Delay(pause, _time, cancellationToken);
            }
            else
            {
                return answer;
            }
        }
    }

    /// <summary>The object in the response.</summary>
    /// <exception cref="StoreUnavailableException">No response in time, or a refusal.</exception>
    public async Task<KubeObject> ObjectAsync(KubeRequest request, CancellationToken cancellationToken) =>
        Read(request, await SendAsync(request, cancellationToken));

    /// <summary>The object in a received response.</summary>
    /// <exception cref="StoreUnavailableException">The response is a refusal.</exception>
    public KubeObject Read(KubeRequest request, StoreHttpResponse answer)
    {
        if (!answer.Success)
        {
            throw Unavailable(request, answer);
        }

        try
        {
            return KubeObject.Parse(answer.Body);
        }
        catch (JsonException e)
        {
            throw KubeErrors.InvalidAnswer(answer.Server, e);
        }
    }

    public StoreUnavailableException Unavailable(KubeRequest request, StoreHttpResponse answer) =>
        KubeErrors.Unavailable(request, answer, _text);

    /// <summary>Starts a watch; null if the server's history no longer contains the requested version.</summary>
    /// <exception cref="StoreUnavailableException">No response in time, or a refusal.</exception>
    public async Task<StoreHttpStream?> WatchAsync(KubeRequest request, CancellationToken cancellationToken)
    {
        var renewed = false;
        while (true)
        {
            var (connection, credential) = await ConnectionAsync(cancellationToken);
            var stream = await connection.Http.OpenAsync(Http(request), cancellationToken);
            if (stream.Status == HttpStatusCode.OK)
            {
                return stream;
            }

            using (stream)
            {
                if (stream.Status == HttpStatusCode.Gone)
                {
                    return null;
                }

                if (renewed || stream.Status != HttpStatusCode.Unauthorized
                    || !await _access.Credentials.RenewAsync(credential, cancellationToken))
                {
                    throw Unavailable(request, WithoutText(stream));
                }
            }

            renewed = true;
        }
    }

    /// <summary>Logs a permanent condition the first time.</summary>
    public void LogOnce(Exception what, Action<ILogger, Exception> log)
    {
        if (_lasting.IsDue())
        {
            log(_logger, what);
        }
    }

    public void Dispose()
    {
        _connection.Dispose();
        _previous?.Dispose();
        (_access.Credentials as IDisposable)?.Dispose();
    }

    private static StoreHttpResponse WithoutText(StoreHttpStream stream)
    {
        using var nothing = new HttpResponseMessage();
        return new StoreHttpResponse(stream.Server, stream.Status, nothing.Headers, []);
    }

    private StoreHttpRequest Http(KubeRequest request) =>
        new(request.Method, request.Path(_access.BasePath, _access.Namespace))
        {
            Body = request.Body,
            ContentType = request.ContentType,
            Writes = request.Writes,
        };

    /// <summary>The connection with the current credentials; a new one if they contain another certificate.</summary>
    private async Task<(KubeConnection Connection, KubeCredential Credential)> ConnectionAsync(
        CancellationToken cancellationToken)
    {
        var credential = await _access.Credentials.GetAsync(cancellationToken);
        lock (_lock)
        {
            if (credential.CertificatePem != _connection.Credential.CertificatePem)
            {
                var next = Connect(credential);
                // Watches may still use the previous connection, but not the one before it.
                _previous?.Dispose();
                _previous = _connection;
                _connection = next;
            }

            _connection.Credential = credential;
            return (_connection, credential);
        }
    }

    private KubeConnection Connect(KubeCredential credential)
    {
        try
        {
            return new KubeConnection(_access, _timeout, _time, credential);
        }
        catch (StoreOptionsException e)
        {
            throw new StoreUnavailableException($"kubernetes: {e.Message}", e);
        }
    }
}
