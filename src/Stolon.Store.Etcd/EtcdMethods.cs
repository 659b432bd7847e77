using Stolon.Store.Etcd.Grpc;
using Stolon.Store.Etcd.Protos;

namespace Stolon.Store.Etcd;

/// <summary>The procedures of etcd's v3 API that we call.</summary>
internal static class EtcdMethods
{
    public static readonly GrpcMethod<RangeRequest, RangeResponse> Range =
        new("/etcdserverpb.KV/Range", RangeResponse.Parser);

    public static readonly GrpcMethod<PutRequest, PutResponse> Put = new("/etcdserverpb.KV/Put", PutResponse.Parser);

    public static readonly GrpcMethod<DeleteRangeRequest, DeleteRangeResponse> DeleteRange =
        new("/etcdserverpb.KV/DeleteRange", DeleteRangeResponse.Parser);

    public static readonly GrpcMethod<TxnRequest, TxnResponse> Txn = new("/etcdserverpb.KV/Txn", TxnResponse.Parser);

    public static readonly GrpcMethod<LeaseGrantRequest, LeaseGrantResponse> LeaseGrant =
        new("/etcdserverpb.Lease/LeaseGrant", LeaseGrantResponse.Parser);

    public static readonly GrpcMethod<LeaseRevokeRequest, LeaseRevokeResponse> LeaseRevoke =
        new("/etcdserverpb.Lease/LeaseRevoke", LeaseRevokeResponse.Parser);

    public static readonly GrpcMethod<AuthenticateRequest, AuthenticateResponse> Authenticate =
        new("/etcdserverpb.Auth/Authenticate", AuthenticateResponse.Parser);

    /// <summary>A stream in the API; one renewal at a time is one request, one answer and the end.</summary>
    public static readonly GrpcMethod<LeaseKeepAliveRequest, LeaseKeepAliveResponse> LeaseKeepAlive =
        new("/etcdserverpb.Lease/LeaseKeepAlive", LeaseKeepAliveResponse.Parser);

    /// <summary>A stream.</summary>
    public static readonly GrpcMethod<WatchRequest, WatchResponse> Watch =
        new("/etcdserverpb.Watch/Watch", WatchResponse.Parser);
}
