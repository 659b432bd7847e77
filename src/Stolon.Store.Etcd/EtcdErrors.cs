using Stolon.Ports.Store;
using Stolon.Store.Etcd.Grpc;

namespace Stolon.Store.Etcd;

/// <summary>What a failed call means: whether it may have happened, whether another member may do better, and the
/// text.</summary>
internal static class EtcdErrors
{
    private const string NoLeader = "etcdserver: no leader";
    private const string TooLarge = "etcdserver: request is too large";
    private const string MessageTooLarge = "received message larger than max";
    private const string LeaseNotFound = "etcdserver: requested lease not found";

    /// <summary>True when etcd may have done what was asked although it did not say so.</summary>
    public static bool MayHaveHappened(GrpcException e) => e.Sent && e.Detail != NoLeader && e.Code switch
    {
        GrpcStatusCode.Unavailable
            or GrpcStatusCode.DeadlineExceeded
            or GrpcStatusCode.Cancelled
            or GrpcStatusCode.Unknown
            or GrpcStatusCode.Internal
            or GrpcStatusCode.Aborted
            or GrpcStatusCode.DataLoss => true,
        _ => false,
    };

    /// <summary>True when the trouble is this member's and not the request's.</summary>
    public static bool IsMembersTrouble(GrpcException e) => e.Code
        is GrpcStatusCode.Unavailable
        or GrpcStatusCode.DeadlineExceeded
        or GrpcStatusCode.Internal
        or GrpcStatusCode.Unknown;

    /// <summary>True when etcd refused because there is no such lease: then nothing happened.</summary>
    public static bool IsLeaseNotFound(StoreUnavailableException e) =>
        e.InnerException is GrpcException { Code: GrpcStatusCode.NotFound, Detail: LeaseNotFound };

    /// <param name="write">True: the text says whether the write may have happened.</param>
    public static StoreUnavailableException Unavailable(Uri server, GrpcException e, bool write)
    {
        var outcome = !write ? ""
            : MayHaveHappened(e) ? "; whether the write happened is unknown"
            : "; nothing was written";
        var hint = e.Detail.Contains(TooLarge, StringComparison.Ordinal)
            || e.Detail.Contains(MessageTooLarge, StringComparison.Ordinal)
            ? " (the value is larger than etcd takes: see its option --max-request-bytes)"
            : "";
        var detail = e.Detail.Length > 0 ? e.Detail : $"{e.Code}";
        return new StoreUnavailableException($"etcd {Name(server)}: {detail}{hint}{outcome}", e);
    }

    /// <summary>The server as operators write it, without the closing slash.</summary>
    public static string Name(Uri server) => server.GetLeftPart(UriPartial.Authority);
}
