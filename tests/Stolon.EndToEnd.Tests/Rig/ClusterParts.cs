using System.Globalization;
using Stolon.EndToEnd.Tests.Rig.Stores;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>The command lines of a cluster's programs (section 1 of docs/spec/keeper.md, docs/spec/sentinel.md and
/// docs/spec/proxy-rules.md).</summary>
internal sealed class ClusterParts(TestDirectory directory, IClusterStoreServer store, ClusterShape shape)
{
    /// <summary>Empty: the programs write to files.</summary>
    public Dictionary<TestProcess, Terminal> Terminals { get; } = [];

    /// <summary>Empty: nobody serves metrics.</summary>
    public Dictionary<TestProcess, int> MetricsPorts { get; } = [];

    public const string ClusterName = "e2e";

    public static string[] StoreOptions(IClusterStoreServer store) => ["--cluster-name", ClusterName, .. store.Options];

    public TestProcess Sentinel(int number) => Process($"sentinel{number}", [Programs.Sentinel]);

    public Keeper Keeper(int number, IEnumerable<string> options)
    {
        var uid = $"keeper{number}";
        var port = FreePort.Next();
        var data = Path.Combine(directory.Data, uid);
        var process = Process(uid,
        [
            Programs.Keeper,
            "--uid", uid,
            "--data-dir", data,
            "--pg-listen-address", shape.Host,
            "--pg-port", Text(port),
            "--pg-bin-path", Programs.PostgresDirectory,
            "--pg-su-username", Sql.Superuser,
            "--pg-repl-username", Sql.Replication,
            .. shape.WithPasswords ? Passwords(uid) : [],
            .. shape.EveryKeeper,
            .. options,
        ]);
        return new Keeper(uid, port, data, process, shape.Host) { Certificates = shape.Certificates };
    }

    public ProxyNode Proxy(int number)
    {
        var port = FreePort.Next();
        return new ProxyNode(port, Process(
            $"proxy{number}", [Programs.Proxy, "--listen-address", "127.0.0.1", "--port", Text(port)]))
        {
            Certificates = shape.Certificates,
        };
    }

    private string[] Passwords(string uid) =>
    [
        "--pg-su-passwordfile", directory.Secret(uid + ".su", Sql.SuperuserPassword),
        "--pg-repl-passwordfile", directory.Secret(uid + ".repl", Sql.ReplicationPassword),
    ];

    private TestProcess Process(string name, IEnumerable<string> command)
    {
        var metricsPort = FreePort.Next();
        string[] metrics =
            shape.WithMetrics ? ["--metrics-listen-address", $"127.0.0.1:{Text(metricsPort)}"] : [];
        // What a test gives comes later, and counts.
        command = [.. command.Take(1), .. metrics, .. command.Skip(1), .. StoreOptions(store)];

        var terminal = new Terminal(Path.Combine(directory.Data, name + ".terminal"));
        var process = TestProcess.Prepare(
            name,
            directory.Log(name),
            shape.OnTerminals ? terminal.Command(command) : command,
            store.Environment(name));
        if (shape.OnTerminals)
        {
            Terminals.Add(process, terminal);
        }

        MetricsPorts.Add(process, metricsPort);
        return process;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
