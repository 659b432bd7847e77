using System.Net;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Kubernetes.Api;

namespace Stolon.Store.Kubernetes;

/// <summary>The object that holds the cluster data and the record of who leads (store.md 8.2). Both are changed by
/// reading all of it, changing one annotation and writing all of it back, if nobody has written since.</summary>
internal sealed class ClusterConfigMap(KubeClient client, string clusterName, TimeProvider time)
{
    public const string ClusterData = "stolon-clusterdata";
    public const string Leader = "control-plane.alpha.kubernetes.io/leader";

    /// <summary>As the original: the other writer of the same object comes by only every few seconds.</summary>
    public const int Attempts = 5;

    public static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(10);

    public string Name { get; } = $"stolon-cluster-{clusterName}";

    /// <summary>For messages, and part of fences.</summary>
    public string Location => $"configmap {client.Namespace}/{Name}";

    /// <summary>The object that watches list.</summary>
    public KubeRequest WatchRequest =>
        KubeRequest.ConfigMap(KubeVerb.List, null) with { FieldSelector = $"metadata.name={Name}" };

    /// <summary>Null when it is not there.</summary>
    public async Task<KubeObject?> FindAsync(CancellationToken cancellationToken)
    {
        var request = KubeRequest.ConfigMap(KubeVerb.Get, Name);
        var answer = await client.SendAsync(request, cancellationToken);
        return KubeErrors.IsAbsent(answer) ? null : client.Read(request, answer);
    }

    /// <summary>Reads, changes and writes, all of it again when somebody wrote in between.</summary>
    /// <param name="change">Changes the object (a new one when there is none), or gives false: then nothing is
    /// written. May be called several times.</param>
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
        $"kubernetes: others wrote {Location} each of {Attempts} times that it was tried; nothing was written");

    /// <summary>As it is now; null when somebody else wrote, created or deleted it first.</summary>
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

/// <summary>What became of an edit.</summary>
internal abstract record ConfigMapEdit
{
    private ConfigMapEdit()
    {
    }

    /// <summary>Written, and this is the object now.</summary>
    public sealed record Written(KubeObject Map) : ConfigMapEdit;

    /// <summary>The change was not wanted any more.</summary>
    public sealed record Unchanged : ConfigMapEdit;

    /// <summary>Others wrote each time. Not written.</summary>
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
