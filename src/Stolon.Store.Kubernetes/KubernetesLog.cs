using Microsoft.Extensions.Logging;

namespace Stolon.Store.Kubernetes;

/// <summary>Log lines of the Kubernetes client: 4400 to 4449.</summary>
internal static partial class KubernetesLog
{
    [LoggerMessage(
        4401,
        LogLevel.Debug,
        "Kubernetes no longer accepts the credentials of {Origin}; new ones are requested")]
    public static partial void CredentialsRefused(ILogger logger, string origin);

    [LoggerMessage(
        4402,
        LogLevel.Debug,
        "The watch of {Resource} fell behind Kubernetes' history; it restarts with a new list")]
    public static partial void WatchExpired(ILogger logger, string resource);

    [LoggerMessage(4403, LogLevel.Debug, "The event \"{Message}\" could not be recorded")]
    public static partial void EventFailed(ILogger logger, string message, Exception exception);

    [LoggerMessage(
        4404,
        LogLevel.Warning,
        "Pod {Pod} lacks the labels component={Component} and stolon-cluster={Cluster}: its report is not "
        + "found. Add them to the pod template")]
    public static partial void LabelsMissing(ILogger logger, string pod, string component, string cluster);

    [LoggerMessage(
        4405,
        LogLevel.Information,
        "Kubernetes denies the permission to watch: changes are seen only at the next poll. Grant the verb watch")]
    public static partial void WatchForbidden(ILogger logger, Exception exception);
}
