using Microsoft.Extensions.Logging;
using Stolon.Hosting.Options;

namespace Stolon.Hosting.Stores;

/// <summary>Consul (store.md 6 and 7.3).</summary>
internal static class ConsulBackend
{
    public static StoreConnection Open(CommonOptions options, TimeProvider time, ILogger logger) =>
        throw new FatalException("store backend \"consul\" is not built yet in this version: use etcdv3");
}
