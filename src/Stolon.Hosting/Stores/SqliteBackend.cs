using Microsoft.Extensions.Logging;
using Stolon.Hosting.Options;

namespace Stolon.Hosting.Stores;

/// <summary>A file on this machine, for everything on this machine.</summary>
internal static class SqliteBackend
{
    public static StoreConnection Open(CommonOptions options, TimeProvider time, ILogger logger) =>
        throw new FatalException("store backend \"sqlite\" is not built yet in this version: use etcdv3");
}
