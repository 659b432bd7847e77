using Microsoft.Extensions.Logging;

namespace Stolon.Store.Etcd;

/// <summary>Log lines of the etcd client: 4100 to 4149.</summary>
internal static partial class EtcdLog
{
    [LoggerMessage(4101, LogLevel.Warning, "etcd {Server} failed ({Reason}); requests now go to {Next} first")]
    public static partial void MemberFailed(ILogger logger, string server, string reason, string next);

    [LoggerMessage(
        4102,
        LogLevel.Debug,
        "The watch of {Prefix} fell behind etcd's compaction; it restarts at the current revision")]
    public static partial void WatchCompacted(ILogger logger, string prefix);

    [LoggerMessage(4103, LogLevel.Warning, "Authentication is off in etcd {Server}: user {User} is not used")]
    public static partial void WithoutUsers(ILogger logger, string server, string user);

    [LoggerMessage(4104, LogLevel.Debug, "etcd no longer accepts the token of user {User}; a new one is requested")]
    public static partial void TokenRefused(ILogger logger, string user);
}
