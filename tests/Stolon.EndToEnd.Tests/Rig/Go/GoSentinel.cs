using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Stolon.Testing.Etcd;
using Stolon.Testing.Go;

namespace Stolon.EndToEnd.Tests.Rig.Go;

/// <summary>A sentinel of the original: stands for the same office, and when leading rewrites the cluster data at
/// every check, with its own members only (docs/spec/sentinel.md 2, 3, 5). It keeps the statuses up to date and decides
/// nothing: as long as all is well, neither does the original's.</summary>
public sealed class GoSentinel(EtcdJsonApi etcd, string basePath) : GoProgram(etcd, basePath)
{
    private long _lease;
    private int _writes;

    /// <summary>How often it has written the cluster data.</summary>
    public int Writes => Volatile.Read(ref _writes);

    private string Candidacy => $"{BasePath}/sentinel-leader/{_lease.ToString("x", CultureInfo.InvariantCulture)}";

    protected override async Task CheckAsync()
    {
        if (_lease == 0)
        {
            _lease = await Etcd.GrantAsync(seconds: 20);
            await Etcd.PutAsync(Candidacy, Uid, _lease);
        }

        await Etcd.KeepAliveAsync(_lease);
        var (data, revision) = await ReadAsync();
        await PublishAsync($"sentinels/info/{Uid}", GoTypes.SentinelInfo, new JsonObject { ["UID"] = Uid });
        if (await Etcd.FirstCreatedAsync(BasePath + "/sentinel-leader/") == Candidacy)
        {
            await TakeReportsAsync(data);
            data["changeTime"] = Now();
            var written = Encoding.UTF8.GetString(GoWriter.Write(GoTypes.ClusterData, data));
            if (await Etcd.SwapAsync(ClusterDataKey, written, revision))
            {
                Interlocked.Increment(ref _writes);
            }
        }
    }

    protected override async Task StoppedAsync()
    {
        await Etcd.RevokeAsync(_lease);
        await Etcd.DeleteAsync($"{BasePath}/sentinels/info/{Uid}");
    }

    private async Task TakeReportsAsync(JsonNode data)
    {
        foreach (var (_, value, _) in await Etcd.ListAsync(BasePath + "/keepers/info"))
        {
            var info = GoReader.Read(GoTypes.KeeperInfo, Encoding.UTF8.GetBytes(value))!;
            var keeper = data["keepers"]![(string)info["uid"]!]!;
            var status = keeper["status"]!;
            keeper["changeTime"] = Now();
            status["lastHealthyTime"] = Now();
            status["healthy"] = true;
            Copy(info, status, "bootUUID", "postgresBinaryVersion", "canBeMaster", "canBeSynchronousReplica");
            if (info["postgresState"] is { } state && data["dbs"]![(string)state["uid"]!] is { } db)
            {
                db["changeTime"] = Now();
                db["status"]!["currentGeneration"] = state["generation"]!.DeepClone();
                db["status"]!["systemdID"] = state["systemID"]!.DeepClone();
                Copy(
                    state, db["status"]!, "listenAddress", "port", "healthy", "timelineID", "xLogPos",
                    "timelinesHistory", "pgParameters", "olderWalFile");
            }
        }
    }

    private static void Copy(JsonNode from, JsonNode to, params string[] names)
    {
        foreach (var name in names)
        {
            to[name] = from[name]?.DeepClone();
        }
    }
}
