using System.Net;
using System.Text.Json.Nodes;

namespace Stolon.Testing.Kubernetes;

/// <summary>A sentinel of the original as other programs see it: client-go's leader election on a ConfigMap, and the
/// original's way to write cluster data into it (docs/spec/store.md 8.3 and 8.4). Runs one step at a time, on its own
/// clock.</summary>
public sealed class GoElector(
    KubeApi api, string cluster, string identity, TimeSpan leaseDuration, Func<DateTimeOffset> now)
{
    private string? _observed;
    private string _observedHolder = "";
    private DateTimeOffset _observedAt;

    /// <summary>True while it considers itself leader.</summary>
    public bool Leads => _observedHolder == identity;

    /// <summary>Its step every two seconds: it renews, takes over, or finds that it may not.</summary>
    /// <returns>True if it is leader.</returns>
    public async Task<bool> TryAcquireOrRenewAsync()
    {
        if (await api.ConfigMapAsync(cluster) is not { } map)
        {
            var created = new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["name"] = $"stolon-cluster-{cluster}",
                    ["annotations"] = new JsonObject { [KubeApi.Leader] = Record(0, Time()) },
                },
            };
            return Observe(
                await api.SendAsync(HttpMethod.Post, Path(""), created, HttpStatusCode.Conflict),
                (string)created["metadata"]!["annotations"]![KubeApi.Leader]!);
        }

        var text = KubeApi.Annotation(map, KubeApi.Leader);
        var old = text is null ? null : JsonNode.Parse(text)!.AsObject();
        var holder = (string?)old?["holderIdentity"] ?? "";
        if (text != _observed)
        {
            _observed = text;
            _observedHolder = holder;
            _observedAt = now();
        }

        if (holder.Length > 0 && _observedAt + leaseDuration > now() && !Leads)
        {
            return false;
        }

        var transitions = (int?)old?["leaderTransitions"] ?? 0;
        var record = Leads
            ? Record(transitions, (string)old!["acquireTime"]!)
            : Record(transitions + 1, Time());
        return Observe(await UpdateAsync(map, KubeApi.Leader, record), record);
    }

    /// <summary>As <c>ReleaseOnCancel</c> of newer versions.</summary>
    public async Task ReleaseAsync()
    {
        var map = (await api.ConfigMapAsync(cluster))!;
        var transitions = (int)JsonNode.Parse(KubeApi.Annotation(map, KubeApi.Leader)!)!["leaderTransitions"]!;
        await UpdateAsync(
            map,
            KubeApi.Leader,
            """{"holderIdentity":"","leaseDurationSeconds":0,"acquireTime":null,"renewTime":null,"leaderTransitions":"""
                + $"{transitions}}}");
    }

    /// <summary>Writes cluster data if they are unchanged since the read (null: if there are none): the text is
    /// compared, and conflicts are retried up to five attempts.</summary>
    /// <returns>False: <c>update failed</c>.</returns>
    public async Task<bool> AtomicPutAsync(string value, string? previous)
    {
        for (var attempt = 0; attempt < 5; attempt++)
        {
            var map = await api.ConfigMapAsync(cluster);
            if (KubeApi.Annotation(map, KubeApi.ClusterData) != previous)
            {
                return false;
            }

            if (map is not null && await UpdateAsync(map, KubeApi.ClusterData, value) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private Task<JsonObject?> UpdateAsync(JsonObject map, string key, string value)
    {
        var metadata = map["metadata"]!.AsObject();
        if (metadata["annotations"] is not JsonObject annotations)
        {
            metadata["annotations"] = annotations = [];
        }

        annotations[key] = value;
        return api.SendAsync(HttpMethod.Put, Path($"/stolon-cluster-{cluster}"), map, HttpStatusCode.Conflict);
    }

    private bool Observe(JsonObject? written, string record)
    {
        if (written is null)
        {
            return false;
        }

        _observed = record;
        _observedHolder = identity;
        _observedAt = now();
        return true;
    }

    private static string Path(string name) => $"/api/v1/namespaces/default/configmaps{name}";

    private string Time() => now().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");

    private string Record(int transitions, string acquired) =>
        $$"""{"holderIdentity":"{{identity}}","leaseDurationSeconds":{{leaseDuration.TotalSeconds:0}},"""
            + $"\"acquireTime\":\"{acquired}\",\"renewTime\":\"{Time()}\",\"leaderTransitions\":{transitions}}}";
}
