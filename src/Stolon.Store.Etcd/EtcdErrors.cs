using Grpc.Core;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Etcd;

/// <summary>Interprets failed calls: whether the request may have been executed, whether another member may succeed,
/// and the error text.</summary>
internal static class EtcdErrors
{
    private const string NoLeader = "etcdserver: no leader";
    private const string TooLarge = "etcdserver: request is too large";
    private const string MessageTooLarge = "received message larger than max";
    private const string InvalidToken = "etcdserver: invalid auth token";
    private const string OldToken = "etcdserver: revision of auth store is old";
    private const string NoUser = "etcdserver: user name is empty";
    private const string PermissionDenied = "etcdserver: permission denied";
    private const string LeaseNotFound = "etcdserver: requested lease not found";

    /// <summary>True if etcd may have executed the request without confirming it.</summary>
    public static bool MayHaveHappened(EtcdCallException e) => e.Sent && e.Detail != NoLeader && e.Code switch
    {
        StatusCode.Unavailable
            or StatusCode.DeadlineExceeded
            or StatusCode.Cancelled
            or StatusCode.Unknown
            or StatusCode.Internal
            or StatusCode.Aborted
            or StatusCode.DataLoss => true,
        _ => false,
    };

    /// <summary>True if the failure is the member's and not the request's.</summary>
    public static bool IsMemberFailure(EtcdCallException e) => e.Code
        is StatusCode.Unavailable
        or StatusCode.DeadlineExceeded
        or StatusCode.Internal
        or StatusCode.Unknown;

    /// <summary>True if authentication is off in etcd, so that no login is possible.</summary>
    public static bool IsWithoutUsers(EtcdCallException e) =>
        e is { Code: StatusCode.FailedPrecondition, Detail: "etcdserver: authentication is not enabled" };

    /// <summary>True if etcd refused the token of a login, or a request without one, before it executed the
    /// request.</summary>
    public static bool IsTokenRefused(EtcdCallException e) => e.Detail is InvalidToken or OldToken or NoUser;

    /// <summary>The same for a watch. etcd 3.4 does not distinguish an unknown token from a missing
    /// permission.</summary>
    public static bool MayBeTokenRefused(string cancelReason) =>
        cancelReason.Contains(InvalidToken, StringComparison.Ordinal)
        || cancelReason.Contains(NoUser, StringComparison.Ordinal)
        || cancelReason.Contains(PermissionDenied, StringComparison.Ordinal);

    /// <summary>True if etcd refused because the lease does not exist; then nothing was written.</summary>
    public static bool IsLeaseNotFound(StoreUnavailableException e) =>
        e.InnerException is EtcdCallException { Code: StatusCode.NotFound, Detail: LeaseNotFound };

    /// <param name="write">True: the text states whether the write may have happened.</param>
    public static StoreUnavailableException Unavailable(Uri server, EtcdCallException e, bool write)
    {
        var outcome = StoreFailure.Outcome(write, MayHaveHappened(e));
        var detail = e.Detail.Length > 0 ? e.Detail : $"{e.Code}";
        return new StoreUnavailableException($"etcd {StoreFailure.Name(server)}: {detail}{Hint(e.Detail)}{outcome}", e);
    }

    /// <summary>What an operator can do.</summary>
    public static string Hint(string detail) => detail switch
    {
        NoUser => " (etcd requires a login: set --store-user)",
        _ when detail.Contains(PermissionDenied, StringComparison.Ordinal) =>
            " (the user needs a role that may read and write all keys below the cluster's: check --store-user)",
        _ when detail.Contains(TooLarge, StringComparison.Ordinal)
            || detail.Contains(MessageTooLarge, StringComparison.Ordinal) =>
            " (the value exceeds etcd's limit: increase its option --max-request-bytes)",
        _ => "",
    };
}
