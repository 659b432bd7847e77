using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Stolon.Testing.Kubernetes;

/// <summary>An API server in this process for the objects that stolon uses; other processes can connect to it too.
/// It can be killed, restarted with its data, and frozen.</summary>
/// <remarks>Written from the Kubernetes documentation ("API concepts", "API conventions"):
/// <list type="bullet">
/// <item>ConfigMaps, Pods and Events of namespaces: get, list, create, update, merge patch, delete, watch. Namespaces
/// can only be created; <c>default</c> exists.</item>
/// <item>One version counter for all objects. An update of an old version, or with another uid, is 409 Conflict;
/// without a version it is unconditional; without a change it keeps the version. Creating an existing object is
/// 409 AlreadyExists.</item>
/// <item>Watches start after the given version; without one or with 0, with all objects as ADDED. Objects that start or
/// stop to match the selector are ADDED or DELETED. Bookmarks on request, also before <c>timeoutSeconds</c> ends the
/// watch. An expired version causes an ERROR event with code 410, as in the watch cache.</item>
/// <item>422 for more than 256 KiB of annotations, and for invalid names and labels; 413 for bodies of more than 3
/// MiB; 401 and 403 as RBAC; every refusal is a <c>Status</c>.</item>
/// </list>
/// Not supported: other patches, chunked lists, field selectors other than <c>metadata.name</c>, managed fields,
/// owners, finalizers, admission, impersonation, encodings other than JSON. Pods do not run; their status is what the
/// test writes.</remarks>
public sealed class KubernetesDouble : IKubernetes
{
    /// <summary>Under this item of a context <see cref="Instead"/> finds the request's body, a
    /// <c>JsonObject</c>.</summary>
    public const string Body = "body";

    private readonly KubernetesDoubleOptions _options;
    private readonly int _port;
    private readonly KubeStorage _storage = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<string> _refused = new();
    private WebApplication? _app;
    private TaskCompletionSource _thawed = Done();
    private int _tokens;

    private KubernetesDouble(KubernetesDoubleOptions options)
    {
        _options = options;
        _port = FreePort.Next();
        Endpoint = new Uri($"{(options.CertFile is null ? "http" : "https")}://127.0.0.1:{_port}");
        Users.AddToken(AdminToken, "admin");
        Api = new KubeApi(Endpoint, AdminToken);
    }

    public Uri Endpoint { get; }

    public string? AuthorityFile => _options.AuthorityFile;

    public string AdminToken { get; } = $"admin-{Guid.NewGuid():N}";

    public KubeApi Api { get; }

    /// <summary>Who is known, and what each may do.</summary>
    public KubeUsers Users { get; } = new();

    /// <summary>Looks at each request before anything is done, and answers in place of the server when it gives
    /// true.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>Verb (as RBAC calls it) and path with query of each request, in order.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Method and path of each request that was not understood.</summary>
    public IReadOnlyList<string> Refused => [.. _refused];

    public static async Task<KubernetesDouble> StartAsync(KubernetesDoubleOptions? options = null)
    {
        var server = new KubernetesDouble(options ?? new KubernetesDoubleOptions());
        await server.StartAgainAsync();
        return server;
    }

    public Task<string> TokenAsync(string inNamespace, params IReadOnlyList<string> rights)
    {
        var number = Interlocked.Increment(ref _tokens);
        Users.AddToken($"token-{number}", $"user-{number}", rights);
        return Task.FromResult($"token-{number}");
    }

    /// <summary>Forgets what has happened: the versions that watches go on from are too old.</summary>
    public void Forget() => _storage.Forget();

    public async Task StartAgainAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Listen(IPAddress.Loopback, _port, Secure);
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
        await _app.StartAsync();
    }

    public async Task KillAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            // Connections are not waited for.
            await app.StopAsync(new CancellationToken(canceled: true));
            await app.DisposeAsync();
        }
    }

    public void Freeze() => _thawed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Thaw() => _thawed.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        Thaw();
        await KillAsync();
        Api.Dispose();
    }

    private void Secure(ListenOptions listen)
    {
        listen.Protocols = HttpProtocols.Http1;
        if (_options is { CertFile: { } cert, KeyFile: { } key })
        {
            listen.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificate = X509Certificate2.CreateFromPemFile(cert, key),
                ClientCertificateMode = ClientCertificateMode.AllowCertificate,
                ClientCertificateValidation = (client, _, _) => Trusted(client),
            });
        }
    }

    private bool Trusted(X509Certificate2 client)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.ImportFromPemFile(_options.AuthorityFile!);
        return chain.Build(client);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await _thawed.Task.WaitAsync(context.RequestAborted);
            if (KubeDiscovery.Answer(context.Request.Path) is { } discovery)
            {
                await KubeRequestHandler.WriteAsync(context, StatusCodes.Status200OK, discovery);
                return;
            }

            var question = await ReadAsync(context);
            _requests.Enqueue($"{question.Verb} {context.Request.Path}{context.Request.QueryString}");
            if (Instead is { } instead && await instead(context))
            {
                return;
            }

            Users.Check(
                context.Request.Headers.Authorization.FirstOrDefault(),
                context.Connection.ClientCertificate?.GetNameInfo(X509NameType.SimpleName, forIssuer: false),
                question.Verb,
                question.Path);
            await new KubeRequestHandler(_storage, _options, () => _thawed.Task).HandleAsync(question, context);
        }
        catch (KubeStatusException refusal)
        {
            await KubeRequestHandler.WriteAsync(context, refusal.Code, refusal.ToJson());
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // The client has gone, or the server is being ended.
        }
    }

    private async Task<KubeApiRequest> ReadAsync(HttpContext context)
    {
        try
        {
            var question = await KubeApiRequest.ReadAsync(context);
            context.Items[Body] = question.Body;
            return question;
        }
        catch (KubeStatusException)
        {
            _refused.Enqueue($"{context.Request.Method} {context.Request.Path}");
            throw;
        }
    }

    private static TaskCompletionSource Done()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }

    /// <summary>The test process's signals are none of this host's.</summary>
    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
