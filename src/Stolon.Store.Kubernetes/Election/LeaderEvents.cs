using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Kubernetes.Api;

namespace Stolon.Store.Kubernetes.Election;

/// <summary>Publishes events about leader changes for users of <c>kubectl describe</c> (docs/spec/store.md 8.4).
/// Nothing depends on them.</summary>
internal sealed class LeaderEvents(KubeClient client, TimeProvider time, ILogger logger)
{
    private const string Component = "stolon-sentinel";

    /// <summary>Does not wait for the result.</summary>
    public void PublishInBackground(KubeObject map, string message) =>
        _ = PublishAsync(map, message, CancellationToken.None);

    /// <summary>A failure is only logged.</summary>
    public async Task PublishAsync(KubeObject map, string message, CancellationToken cancellationToken)
    {
        try
        {
            await client.ObjectAsync(
                new KubeRequest(KubeVerb.Create, "events") { Body = KubeObject.Bytes(Event(map, message)) },
                cancellationToken);
        }
        catch (Exception e) when (e is StoreUnavailableException or ObjectDisposedException)
        {
            KubernetesLog.EventFailed(logger, message, e);
        }
    }

    private JsonObject Event(KubeObject map, string message)
    {
        var now = time.GetUtcNow();
        return new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Event",
            ["metadata"] = new JsonObject
            {
                // As client-go: the object's name and the time.
                ["name"] = $"{map.Name}.{(now - DateTimeOffset.UnixEpoch).Ticks * 100:x}",
                ["namespace"] = client.Namespace,
            },
            ["involvedObject"] = new JsonObject
            {
                ["apiVersion"] = "v1",
                ["kind"] = "ConfigMap",
                ["name"] = map.Name,
                ["namespace"] = client.Namespace,
                ["resourceVersion"] = map.ResourceVersion,
                ["uid"] = map.Uid,
            },
            ["reason"] = "LeaderElection",
            ["message"] = message,
            ["source"] = new JsonObject { ["component"] = Component },
            ["firstTimestamp"] = LeaderRecord.Time(now),
            ["lastTimestamp"] = LeaderRecord.Time(now),
            ["count"] = 1,
            ["type"] = "Normal",
        };
    }
}
