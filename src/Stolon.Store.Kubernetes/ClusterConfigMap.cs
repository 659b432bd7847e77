using System.Net;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Kubernetes.Api;

namespace Stolon.Store.Kubernetes;

/// <summary>The ConfigMap with the cluster data and the leader record (docs/spec/store.md 8.2). An edit reads the whole
/// object, changes one annotation, and writes the object back on condition that it has not changed since.</summary>
internal sealed class ClusterConfigMap(KubeClient client, string clusterName, TimeProvider time)
{
    public const string ClusterData = "stolon-clusterdata";
    public const string Leader = "control-plane.alpha.kubernetes.io/leader";

    /// <summary>As in the original: the other writer of the object writes only every few seconds.</summary>
    public const int Attempts = 5;

    public static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(10);

    public string Name { get; } = $"stolon-cluster-{clusterName}";

    /// <summary>For messages; also the key of fences.</summary>
    public string Location => $"configmap {client.Namespace}/{Name}";

    /// <summary>The request that a watch lists and watches.</summary>
    public KubeRequest WatchRequest =>
        KubeRequest.ConfigMap(KubeVerb.List, null) with { FieldSelector = $"metadata.name={Name}" };

    /// <summary>Null if it does not exist.</summary>
    public async Task<KubeObject?> FindAsync(CancellationToken cancellationToken)
    {
        var request = KubeRequest.ConfigMap(KubeVerb.Get, Name);
        var answer = await client.SendAsync(request, cancellationToken);
        return KubeErrors.IsAbsent(answer) ? null : client.Read(request, answer);
    }

    /// <summary>Reads, changes and writes, and repeats all of it if another program wrote in between.</summary>
    /// <param name="change">Changes the object (a new one if none exists), or returns false: then nothing is written.
    /// May be called several times.</param>
    public async Task<ConfigMapEdit> EditAsync(Func<KubeObject, bool> change, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var map = await FindAsync(cancellationToken) ?? KubeObject.NewConfigMap(Name, client.Namespace);
            if (!change(map))
            {
                return new ConfigMapEdit.Unchanged();
            }

            if (await WriteAsync(map, cancellationToken) is { } written)
            {
                return new ConfigMapEdit.Written(written);
            }

            if (attempt == Attempts)
            {
                return new ConfigMapEdit.Contended();
            }

            await Task.Delay(RetryPause, time, cancellationToken);
        }
    }

    public StoreUnavailableException ContentionError() => new(
        $"kubernetes: {Location} was changed by other programs during each of {Attempts} attempts; nothing was "
        + "written");

    /// <summary>The object as written; null if another program wrote, created or deleted it first.</summary>
    private async Task<KubeObject?> WriteAsync(KubeObject map, CancellationToken cancellationToken)
    {
        var request = KubeRequest.ConfigMap(
            map.Exists ? KubeVerb.Update : KubeVerb.Create, map.Exists ? Name : null) with
        { Body = map.ToBytes() };
        var answer = await client.SendAsync(request, cancellationToken);
        return answer.Status == HttpStatusCode.Conflict
            || (answer.Status == HttpStatusCode.NotFound && map.Exists)
            ? null
            : client.Read(request, answer);
    }
}

/// <summary>The result of an edit.</summary>
internal abstract record ConfigMapEdit
{
    private ConfigMapEdit()
    {
    }

    /// <summary>Written; this is the new object.</summary>
    public sealed record Written(KubeObject Map) : ConfigMapEdit;

    /// <summary>The change function returned false. Nothing was written.</summary>
    public sealed record Unchanged : ConfigMapEdit;

    /// <summary>Another program wrote each time. Nothing was written.</summary>
    public sealed record Contended : ConfigMapEdit;

    public T Match<T>(Func<Written, T> written, Func<Unchanged, T> unchanged, Func<Contended, T> contended) =>
        this switch
        {
            Written w => written(w),
            Unchanged u => unchanged(u),
            Contended c => contended(c),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
