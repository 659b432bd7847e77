using System.Text.Json.Nodes;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>A keeper's line of the status.</summary>
/// <param name="HasInstance">An instance of the cluster is assigned to it.</param>
/// <param name="Settled">It and its PostgreSQL are healthy and have reached what the sentinel wants.</param>
public sealed record KeeperStatus(string Uid, bool Healthy, bool HasInstance, bool Settled)
{
    public static KeeperStatus Parse(JsonNode keeper)
    {
        var healthy = (bool)keeper["healthy"]!;
        var wanted = (long)keeper["pg_wanted_generation"]!;
        return new KeeperStatus(
            (string)keeper["uid"]!,
            healthy,
            wanted > 0,
            healthy && (bool)keeper["pg_healthy"]! && wanted > 0 && wanted == (long)keeper["pg_current_generation"]!);
    }
}
