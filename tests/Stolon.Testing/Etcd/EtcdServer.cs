using System.Globalization;

namespace Stolon.Testing.Etcd;

/// <summary>Debian's etcd, on free ports in its own directory; can be killed, restarted and frozen.</summary>
public sealed class EtcdServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(20);
    private readonly TemporaryDirectory _directory;
    private readonly EtcdServerOptions _options;
    private readonly int _clientPort;
    private readonly int _peerPort;
    private ServerProcess? _process;

    private EtcdServer(EtcdServerOptions options)
    {
        _options = options;
        _clientPort = options.ClientPort ?? FreePort.Next();
        _peerPort = options.PeerPort ?? FreePort.Next();
        _directory = new TemporaryDirectory("etcd");
        Json = new EtcdJsonApi(Endpoint, options.Tls);
    }

    /// <summary>The client URL.</summary>
    public string Endpoint => $"{(_options.Tls is null ? "http" : "https")}://127.0.0.1:{_clientPort}";

    /// <summary>host:port without scheme.</summary>
    public string Address => $"127.0.0.1:{_clientPort}";

    /// <summary>The server's log so far.</summary>
    public string Log => _process?.Output ?? "";

    /// <summary>Independent access to this server, to check the effects of the code under test.</summary>
    public EtcdJsonApi Json { get; }

    /// <summary>Starts one etcd and waits until it is ready.</summary>
    public static async Task<EtcdServer> StartAsync(EtcdServerOptions? options = null)
    {
        var server = Prepare(options ?? new EtcdServerOptions());
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>An etcd that is not started yet.</summary>
    public static EtcdServer Prepare(EtcdServerOptions options) => new(options);

    /// <summary>Starts it (again, with its data) and waits until it is ready.</summary>
    public async Task StartAgainAsync()
    {
        Launch();
        await ServesAsync();
    }

    /// <summary>Starts it without waiting: a member of a cluster is ready only when a majority runs.</summary>
    public void Launch() => _process = ServerProcess.Start(Program(), Arguments());

    /// <summary>Waits until it responds to clients.</summary>
    public Task ServesAsync() => Eventually.BeTrueAsync(
        () => _process!.HasExited
            ? throw new InvalidOperationException($"etcd ended at start:\n{Log}")
            : Log.Contains("ready to serve client requests", StringComparison.Ordinal),
        StartTime,
        $"etcd serves {Endpoint}");

    /// <summary>SIGTERM; the data remain.</summary>
    public Task StopAsync() => _process!.StopAsync();

    /// <summary>SIGKILL; the data remain.</summary>
    public void Kill() => _process!.Kill();

    /// <summary>A crash and a restart.</summary>
    public Task KillAndStartAgainAsync()
    {
        Kill();
        return StartAgainAsync();
    }

    /// <summary>Deletes its data; it must not run.</summary>
    public void DeleteData() => Directory.Delete(_directory.File("data"), recursive: true);

    /// <summary>SIGSTOP: connections stay open, without responses.</summary>
    public void Freeze() => _process!.Freeze();

    /// <summary>SIGCONT.</summary>
    public void Thaw() => _process!.Signal("CONT");

    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        _directory.Dispose();
        Json.Dispose();
        return ValueTask.CompletedTask;
    }

    private static string Program() => File.Exists("/usr/bin/etcd")
        ? "/usr/bin/etcd"
        : throw new InvalidOperationException("/usr/bin/etcd is missing: apt-get install etcd-server");

    private List<string> Arguments()
    {
        var peer = $"http://127.0.0.1:{_peerPort}";
        List<string> arguments =
        [
            "--name", _options.Name,
            "--data-dir", _directory.File("data"),
            "--listen-client-urls", Endpoint,
            "--advertise-client-urls", Endpoint,
            "--listen-peer-urls", peer,
            "--initial-advertise-peer-urls", peer,
            "--initial-cluster", _options.InitialCluster ?? $"{_options.Name}={peer}",
            "--heartbeat-interval", Text(_options.HeartbeatMilliseconds),
            "--election-timeout", Text(_options.HeartbeatMilliseconds * 10),
        ];
        if (_options.MaxRequestBytes is { } bytes)
        {
            arguments.AddRange(["--max-request-bytes", Text(bytes)]);
        }

        if (_options.AuthToken is { } token)
        {
            arguments.AddRange(["--auth-token", token]);
        }

        if (_options.AuthTokenSeconds is { } seconds)
        {
            arguments.AddRange(["--auth-token-ttl", Text(seconds)]);
        }

        if (_options.V2)
        {
            arguments.Add("--enable-v2");
        }

        if (_options.Tls is { } tls)
        {
            arguments.AddRange(["--cert-file", tls.CertFile, "--key-file", tls.KeyFile]);
            arguments.AddRange(
                tls.ClientCaFile is { } ca ? ["--client-cert-auth", "--trusted-ca-file", ca] : []);
        }

        return arguments;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
