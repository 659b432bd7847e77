using Microsoft.Extensions.Logging;

namespace Stolon.Store.Kubernetes;

/// <summary>Log lines of the Kubernetes client: 4400 to 4449.</summary>
internal static partial class KubernetesLog
{
    [LoggerMessage(4401, LogLevel.Debug, "Kubernetes takes the credentials of {Origin} no longer; others are fetched")]
    public static partial void CredentialsRefused(ILogger logger, string origin);

    [LoggerMessage(4402, LogLevel.Debug, "The watch of {Resource} fell behind Kubernetes' memory; it goes on from now")]
    public static partial void WatchExpired(ILogger logger, string resource);

    [LoggerMessage(4403, LogLevel.Debug, "The event \"{Message}\" could not be recorded")]
    public static partial void EventFailed(ILogger logger, string message, Exception exception);

    [LoggerMessage(
        4404,
        LogLevel.Warning,
        "Pod {Pod} has not the labels component={Component} and stolon-cluster={Cluster}: nobody will find its report")]
    public static partial void LabelsMissing(ILogger logger, string pod, string component, string cluster);

    [LoggerMessage(
        4405,
        LogLevel.Information,
        "Kubernetes does not let us watch: changes are seen at the intervals only, not sooner")]
    public static partial void WatchForbidden(ILogger logger, Exception exception);
}
