using System.Globalization;

using System.Text.Json.Nodes;
using Stolon.Testing.Etcd;
using Stolon.Testing.Go;

namespace Stolon.EndToEnd.Tests.Rig.Go;

/// <summary>A keeper of the original on a PostgreSQL that runs as it shall: it reports by the original's rules,
/// promotes when told to, keeps its followers' slots, and writes its db state (docs/spec/keeper.md 2.2, 4.2,
/// 7).</summary>
public sealed class GoKeeper : GoProgram
{
    private const string StateQuery =
        """
        select format('%s %s %s %s',
          (select system_identifier from pg_control_system()),
          ('x' || lpad(case when pg_is_in_recovery() then coalesce(
            to_hex((select received_tli from pg_stat_wal_receiver)),
            to_hex((select timeline_id from pg_control_checkpoint())))
            else left(pg_walfile_name(pg_current_wal_lsn()), 8) end, 8, '0'))::bit(32)::int,
          case when pg_is_in_recovery() then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end - '0/0',
          (select min(name) from pg_ls_waldir() where name ~ '^[0-9A-F]{24}$'))
        """;

    private readonly Keeper _keeper;
    private readonly string _bootUuid = Guid.NewGuid().ToString();
    private string _instance = "";
    private long _generation;

    public GoKeeper(EtcdJsonApi etcd, string basePath, Keeper keeper)
        : base(etcd, basePath)
    {
        _keeper = keeper;
        Uid = keeper.Uid;
    }

    protected override async Task CheckAsync()
    {
        var (data, _) = await ReadAsync();
        var db = data["dbs"]!.AsObject().Select(entry => entry.Value!)
            .FirstOrDefault(value => (string)value["spec"]!["keeperUID"]! == Uid);
        if (db is not null && (string)data["keepers"]![Uid]!["status"]!["bootUUID"]! == _bootUuid)
        {
            await ConvergeAsync(db);
        }

        _instance = db is null || _instance.Length > 0 ? _instance : (string)db["uid"]!;
        await PublishAsync($"keepers/info/{Uid}", GoTypes.KeeperInfo, new JsonObject
        {
            ["infoUID"] = NewUid(),
            ["uid"] = Uid,
            ["clusterUID"] = (string)data["cluster"]!["uid"]!,
            ["bootUUID"] = _bootUuid,
            ["postgresBinaryVersion"] = new JsonObject { ["Maj"] = 15, ["Min"] = 1 },
            ["postgresState"] = await StateAsync(),
            ["canBeMaster"] = true,
            ["canBeSynchronousReplica"] = true,
        });
    }

    protected override Task StoppedAsync() => Task.CompletedTask;

    private async Task ConvergeAsync(JsonNode db)
    {
        if ((string)db["spec"]!["role"]! == "master" && await _keeper.IsStandbyAsync())
        {
            await _keeper.AskAsync("select pg_promote()");
        }

        foreach (var follower in db["spec"]!["followers"]!.AsArray())
        {
            await _keeper.AskAsync(
                $"select count(pg_create_physical_replication_slot('stolon_{follower}')) where not exists "
                + $"(select from pg_replication_slots where slot_name = 'stolon_{follower}')");
        }

        _generation = (long)db["generation"]!;
        _instance = (string)db["uid"]!;
        await File.WriteAllBytesAsync(_keeper.StateFile("dbstate"), GoWriter.Write(GoTypes.DbState, new JsonObject
        {
            ["UID"] = _instance,
            ["Generation"] = _generation,
            ["Initializing"] = false,
            ["InitPGParameters"] = null,
        }));
    }

    /// <summary>An unhealthy state when PostgreSQL does not answer (docs/spec/keeper.md 7.1).</summary>
    private async Task<JsonObject> StateAsync()
    {
        var seen = (await _keeper.AskAsync(StateQuery))?.Split(' ');
        return new JsonObject
        {
            ["uid"] = _instance,
            ["generation"] = _generation,
            ["listenAddress"] = "127.0.0.1",
            ["port"] = _keeper.Port.ToString(CultureInfo.InvariantCulture),
            ["healthy"] = seen is not null,
            ["systemID"] = seen?[0] ?? "",
            ["timelineID"] = ulong.Parse(seen?[1] ?? "0", CultureInfo.InvariantCulture),
            ["xLogPos"] = ulong.Parse(seen?[2] ?? "0", CultureInfo.InvariantCulture),
            ["timelinesHistory"] = seen is null ? null : await HistoryAsync(seen[1]),
            ["pgParameters"] = null,
            ["synchronousStandbys"] = new JsonArray(),
            ["olderWalFile"] = seen?[3] ?? "",
        };
    }

    /// <summary>At most the last two; null on the first timeline.</summary>
    private async Task<JsonArray?> HistoryAsync(string timeline)
    {
        var file = $"pg_wal/{uint.Parse(timeline, CultureInfo.InvariantCulture):X8}.history";
        var text = timeline == "1" ? null : await _keeper.AskAsync($"select pg_read_file('{file}')");
        return text is null ? null : new JsonArray(
            [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(2).Select(Switch)]);
    }

    private static JsonObject Switch(string line)
    {
        var fields = line.Split('\t');
        var position = fields[1].Split('/').Select(half => ulong.Parse(half, NumberStyles.HexNumber)).ToList();
        return new JsonObject
        {
            ["timelineID"] = ulong.Parse(fields[0], CultureInfo.InvariantCulture),
            ["switchPoint"] = (position[0] << 32) + position[1],
            ["reason"] = fields[2],
        };
    }
}
