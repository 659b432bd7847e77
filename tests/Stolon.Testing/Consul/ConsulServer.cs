using System.Text.Json.Nodes;

namespace Stolon.Testing.Consul;

/// <summary>Debian's Consul, one server on free ports in its own directory; can be killed, restarted and
/// frozen.</summary>
public sealed class ConsulServer : IAsyncDisposable
{
    private static readonly TimeSpan StartTime = TimeSpan.FromSeconds(30);
    private readonly TemporaryDirectory _directory = new("consul");
    private readonly ConsulServerOptions _options;
    private readonly int _clientPort;
    private readonly int _memberPort;
    private readonly int _raftPort = FreePort.Next();
    private ServerProcess? _process;

    private ConsulServer(ConsulServerOptions options)
    {
        _options = options;
        _clientPort = options.ClientPort ?? FreePort.Next();
        _memberPort = options.MemberPort ?? FreePort.Next();
        Api = new ConsulApi(Endpoint, options.RootToken, options.Tls);
    }

    /// <summary>The program: STOLON_CONSUL, or what scripts/consul has unpacked.</summary>
    public static string Program { get; } = Environment.GetEnvironmentVariable("STOLON_CONSUL") is { Length: > 0 } given
        ? given
        : Directory.GetDirectories("/var/tmp", "stolon-consul-*")
            .Select(d => Path.Combine(d, "usr/bin/consul"))
            .FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException("Consul is missing: run scripts/consul, or name it in STOLON_CONSUL");

    /// <summary>The URL of the API.</summary>
    public string Endpoint => $"{(_options.Tls is null ? "http" : "https")}://127.0.0.1:{_clientPort}";

    /// <summary>host:port without scheme.</summary>
    public string Address => $"127.0.0.1:{_clientPort}";

    public string Name => _options.Name;

    /// <summary>The server's log so far.</summary>
    public string Log => _process?.Output ?? "";

    /// <summary>Independent access to this server, to check the effects of the code under test.</summary>
    public ConsulApi Api { get; }

    /// <summary>Starts one Consul and waits until it is ready.</summary>
    public static async Task<ConsulServer> StartAsync(ConsulServerOptions? options = null)
    {
        var server = Prepare(options ?? new ConsulServerOptions());
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>A Consul that is not started yet.</summary>
    public static ConsulServer Prepare(ConsulServerOptions options) => new(options);

    /// <summary>Starts it (again, with its data) and waits until it is ready.</summary>
    public async Task StartAgainAsync()
    {
        Launch();
        await ServesAsync();
    }

    /// <summary>Starts it without waiting: a server of a cluster is ready only when a majority runs.</summary>
    public void Launch()
    {
        File.WriteAllText(_directory.File("consul.json"), Configuration().ToJsonString());
        _process = ServerProcess.Start(Program, "agent", "-config-file", _directory.File("consul.json"));
    }

    /// <summary>Waits until it has a leader that has this node: before that, no session can be created.</summary>
    public Task ServesAsync() => Eventually.BeTrueAsync(
        async () => _process!.HasExited
            ? throw new InvalidOperationException($"consul ended at start:\n{Log}")
            : await Api.KnowsNodeAsync(_options.Name),
        StartTime,
        $"consul serves {Endpoint}");

    /// <summary>SIGTERM; the data remain.</summary>
    public Task StopAsync() => _process!.StopAsync();

    /// <summary>SIGKILL; the data remain.</summary>
    public void Kill() => _process!.Kill();

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
        Api.Dispose();
        return ValueTask.CompletedTask;
    }

    private JsonObject Configuration()
    {
        var configuration = new JsonObject
        {
            ["server"] = !_options.AgentOnly,
            ["node_name"] = _options.Name,
            ["data_dir"] = _directory.File("data"),
            ["bind_addr"] = "127.0.0.1",
            ["client_addr"] = "127.0.0.1",
            ["retry_join"] = new JsonArray([.. _options.Members.Select(p => JsonValue.Create($"127.0.0.1:{p}"))]),
            ["retry_interval"] = "1s",
            ["ports"] = new JsonObject
            {
                ["http"] = _options.Tls is null ? _clientPort : -1,
                ["https"] = _options.Tls is null ? -1 : _clientPort,
                ["server"] = _raftPort,
                ["serf_lan"] = _memberPort,
                ["serf_wan"] = -1,
                ["dns"] = -1,
                ["grpc"] = -1,
            },
            // Consul's fastest election.
            ["performance"] = new JsonObject { ["raft_multiplier"] = 1 },
            ["session_ttl_min"] = $"{_options.ShortestSessionSeconds}s",
            ["skip_leave_on_interrupt"] = true,
            ["disable_update_check"] = true,
            ["limits"] = new JsonObject { ["http_max_conns_per_client"] = 2000 },
        };
        if (!_options.AgentOnly)
        {
            configuration["bootstrap_expect"] = Math.Max(1, _options.Members.Count);
        }

        AddLimits(configuration);
        AddAccessControl(configuration);
        AddTls(configuration);
        return configuration;
    }

    private void AddLimits(JsonObject configuration)
    {
        if (_options.MaxValueBytes is { } bytes)
        {
            var limits = configuration["limits"]!.AsObject();
            limits["kv_max_value_size"] = bytes;
            limits["txn_max_req_len"] = bytes;
        }
    }

    private void AddAccessControl(JsonObject configuration)
    {
        if (_options.RootToken is { } token)
        {
            configuration["acl"] = new JsonObject
            {
                ["enabled"] = true,
                ["default_policy"] = "deny",
                ["tokens"] = new JsonObject { ["master"] = token, ["agent"] = token },
            };
        }
    }

    private void AddTls(JsonObject configuration)
    {
        if (_options.Tls is { } tls)
        {
            configuration["cert_file"] = tls.CertFile;
            configuration["key_file"] = tls.KeyFile;
            configuration["ca_file"] = tls.ClientCaFile;
            configuration["verify_incoming_https"] = tls.ClientCaFile is not null;
        }
    }
}
