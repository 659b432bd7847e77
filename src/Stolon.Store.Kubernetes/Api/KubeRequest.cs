using System.Text;

namespace Stolon.Store.Kubernetes.Api;

/// <summary>One request for objects of one kind in our namespace.</summary>
/// <param name="Verb">RBAC's name of the operation.</param>
/// <param name="Resource">Such as <c>pods</c>.</param>
/// <param name="Name">Null = all objects that match the selectors, or a new object.</param>
internal sealed record KubeRequest(KubeVerb Verb, string Resource, string? Name = null)
{
    public static KubeRequest ConfigMap(KubeVerb verb, string? name) => new(verb, "configmaps", name);

    public static KubeRequest Pods(KubeVerb verb, string? name = null) => new(verb, "pods", name);

    public string? LabelSelector { get; init; }

    public string? FieldSelector { get; init; }

    /// <summary>For watches: the start version; null = now.</summary>
    public string? Since { get; init; }

    /// <summary>For watches: how long the server keeps it open.</summary>
    public TimeSpan Duration { get; init; }

    public byte[]? Body { get; init; }

    public bool Writes => Verb is KubeVerb.Create or KubeVerb.Update or KubeVerb.Patch;

    public HttpMethod Method => Verb switch
    {
        KubeVerb.Create => HttpMethod.Post,
        KubeVerb.Update => HttpMethod.Put,
        KubeVerb.Patch => HttpMethod.Patch,
        _ => HttpMethod.Get,
    };

    public string ContentType => Verb == KubeVerb.Patch ? "application/merge-patch+json" : "application/json";

    public string Path(string basePath, string inNamespace)
    {
        var path = new StringBuilder(basePath).Append("/api/v1/namespaces/").Append(Uri.EscapeDataString(inNamespace))
            .Append('/').Append(Resource);
        if (Name is not null)
        {
            path.Append('/').Append(Uri.EscapeDataString(Name));
        }

        var query = Query().Select(q => $"{q.Name}={Uri.EscapeDataString(q.Value)}").ToList();
        return query.Count == 0 ? path.ToString() : path.Append('?').AppendJoin('&', query).ToString();
    }

    private IEnumerable<(string Name, string Value)> Query()
    {
        if (LabelSelector is not null)
        {
            yield return ("labelSelector", LabelSelector);
        }

        if (FieldSelector is not null)
        {
            yield return ("fieldSelector", FieldSelector);
        }

        if (Verb == KubeVerb.Watch)
        {
            yield return ("watch", "true");
            yield return ("allowWatchBookmarks", "true");
            yield return ("timeoutSeconds", $"{Duration.TotalSeconds:0}");
            if (Since is not null)
            {
                yield return ("resourceVersion", Since);
            }
        }
    }
}

/// <summary>The operations that RBAC grants.</summary>
internal enum KubeVerb
{
    Get,
    List,
    Watch,
    Create,
    Update,
    Patch,
}
