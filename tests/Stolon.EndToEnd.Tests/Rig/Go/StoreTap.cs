using System.Collections.Concurrent;
using System.Text;
using System.Text.Json.Nodes;
using Stolon.Testing.Etcd;
using Stolon.Testing.Go;

namespace Stolon.EndToEnd.Tests.Rig.Go;

/// <summary>Looks at everything in the store as it changes, with the eyes of the original's programs: each document
/// must be one that they would accept, and have the very bytes that they would have written.</summary>
public sealed class StoreTap : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Ours, in a keeper's report and in the cluster data; the star is any db or keeper.</summary>
    private static readonly string[] OurMembers =
    [
        "holds", "complaints", "number",
        "postgresState.stopped", "postgresState.replayPos", "postgresState.reason", "postgresState.unplannedEnds",
        "postgresState.startTrouble", "postgresState.streams", "postgresState.slots", "postgresState.walDisk",
        "postgresState.leftOut", "postgresState.pendingRestart", "postgresState.obstacle", "postgresState.serves",
        "postgresState.streamsFrom", "postgresState.writeProblem",
        "cluster.overwriteConsent", "cluster.status.trouble", "keepers.*.status.trouble", "keepers.*.status.contested",
        "dbs.*.status.replayPos", "dbs.*.status.trouble", "dbs.*.status.leftOut", "dbs.*.status.pendingRestart",
        "proxy.spec.masterAddress", "proxy.spec.masterPort",
    ];

    private readonly EtcdJsonApi _etcd;
    private readonly string _basePath;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _problems = new();
    private readonly Dictionary<string, string> _seen = [];
    private readonly Task _running;

    public StoreTap(EtcdJsonApi etcd, string basePath)
    {
        _etcd = etcd;
        _basePath = basePath;
        _running = Task.Run(RunAsync);
    }

    /// <summary>Documents looked at, by the first element of their keys.</summary>
    public ConcurrentDictionary<string, int> Documents { get; } = new();

    public IReadOnlyCollection<string> Problems => _problems;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    /// <summary>What is wrong with a document for the original's programs. Null: nothing.</summary>
    /// <param name="ours">Paths of members they skip, and that may be there; a star is any name.</param>
    public static string? Problem(GoType type, byte[] document, params string[] ours)
    {
        try
        {
            var read = GoReader.Read(type, document, out var unknown);
            var foreign = unknown.Where(path => !ours.Any(o => Fits(path, o)))
                .Where(path => !Name(path).StartsWith("later", StringComparison.Ordinal));
            var expected = GoWriter.Write(type, read);
            var same = unknown.Count == 0
                ? expected.AsSpan().SequenceEqual(document)
                : JsonNode.Parse(expected)!.ToJsonString() == Without(JsonNode.Parse(document)!, unknown);
            return foreign.FirstOrDefault() is { } strange ? $"{strange} is not the original's"
                : same ? null : $"the original writes {Encoding.UTF8.GetString(expected)}";
        }
        catch (FormatException e)
        {
            return e.Message;
        }
    }

    private static string Without(JsonNode document, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var names = path.Split('.');
            names[..^1].Aggregate(document, (node, name) => node[name]!).AsObject().Remove(names[^1]);
        }

        return document.ToJsonString();
    }

    private static bool Fits(string path, string pattern)
    {
        var (names, wanted) = (path.Split('.'), pattern.Split('.'));
        return names.Length == wanted.Length && names.Zip(wanted).All(n => n.Second == "*" || n.First == n.Second);
    }

    private static string Name(string path) => path[(path.LastIndexOf('.') + 1)..];

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var (key, value, _) in await _etcd.ListAsync(_basePath + "/"))
            {
                if (_seen.GetValueOrDefault(key) != value)
                {
                    _seen[key] = value;
                    Look(key[(_basePath.Length + 1)..], Encoding.UTF8.GetBytes(value));
                }
            }

            await Task.Delay(Interval, _stop.Token).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }

    private void Look(string key, byte[] value)
    {
        var kind = key.Split('/')[0];
        Documents.AddOrUpdate(kind, 1, (_, count) => count + 1);
        GoType? type = kind switch
        {
            "clusterdata" => GoTypes.ClusterData,
            "keepers" => GoTypes.KeeperInfo,
            "proxies" => GoTypes.ProxyInfo,
            "sentinels" => GoTypes.SentinelInfo,
            _ => null,
        };
        if (type is not null && Problem(type, value, OurMembers) is { } problem)
        {
            _problems.Enqueue($"{key}: {problem}: {Encoding.UTF8.GetString(value)}");
        }
    }
}
