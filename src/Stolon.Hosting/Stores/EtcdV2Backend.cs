using Microsoft.Extensions.Logging;
using Stolon.Hosting.Options;

namespace Stolon.Hosting.Stores;

/// <summary>etcd's v2 API (store.md 7.2).</summary>
internal static class EtcdV2Backend
{
    public static StoreConnection Open(CommonOptions options, TimeProvider time, ILogger logger) =>
        throw new FatalException("store backend \"etcdv2\" is not built yet in this version: use etcdv3");
}
