using Microsoft.Extensions.Logging;
using Stolon.Hosting.Options;
using Stolon.Store.Election;
using Stolon.Store.Kubernetes;
using Stolon.Store.Kubernetes.Access;

namespace Stolon.Hosting.Stores;

/// <summary>Kubernetes (docs/spec/store.md 8).</summary>
internal static class KubernetesBackend
{
    private const string PodName = "POD_NAME";

    public static StoreConnection Open(CommonOptions options, TimeProvider time, ILogger logger)
    {
        if (options.User is not null)
        {
            throw new FatalException("kubernetes has no --store-user; it uses the credentials of the kubeconfig or of "
                + "the pod's service account");
        }

        var pod = options.Variable(PodName) is { Length: > 0 } name ? name : null;
        if (pod is null && options.InPod)
        {
            throw new FatalException($"environment variable {PodName} is missing: it must contain the name of the "
                + "pod that this program runs in; its report is stored in an annotation of that pod");
        }

        var store = new KubernetesStore(
            new KubernetesOptions
            {
                ClusterName = options.ClusterName,
                RequestTimeout = options.Timeout,
                PodName = pod,
                Access = new KubeAccessOptions
                {
                    ConfigFile = options.KubernetesConfigFile,
                    Context = options.KubernetesContext,
                    Namespace = options.KubernetesNamespace,
                    Variable = options.Variable,
                },
            },
            time,
            logger);
        return new StoreConnection(store.Documents, new LockElection(store.Lock, store.ElectionName, time, logger),
            store);
    }
}
