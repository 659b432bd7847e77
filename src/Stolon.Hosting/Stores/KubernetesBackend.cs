using Microsoft.Extensions.Logging;
using Stolon.Hosting.Options;

namespace Stolon.Hosting.Stores;

/// <summary>Kubernetes (store.md 8).</summary>
internal static class KubernetesBackend
{
    public static StoreConnection Open(CommonOptions options, TimeProvider time, ILogger logger) =>
        throw new FatalException("store backend \"kubernetes\" is not built yet in this version: use etcdv3");
}
