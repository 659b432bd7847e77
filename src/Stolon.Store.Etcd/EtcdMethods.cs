using Google.Protobuf;
using Grpc.Core;
using Stolon.Store.Etcd.Protos;

namespace Stolon.Store.Etcd;

/// <summary>The procedures of etcd's v3 API that we call.</summary>
internal static class EtcdMethods
{
    public static readonly Method<RangeRequest, RangeResponse> Range =
        Unary("KV", "Range", RangeRequest.Parser, RangeResponse.Parser);

    public static readonly Method<PutRequest, PutResponse> Put =
        Unary("KV", "Put", PutRequest.Parser, PutResponse.Parser);

    public static readonly Method<DeleteRangeRequest, DeleteRangeResponse> DeleteRange =
        Unary("KV", "DeleteRange", DeleteRangeRequest.Parser, DeleteRangeResponse.Parser);

    public static readonly Method<TxnRequest, TxnResponse> Txn =
        Unary("KV", "Txn", TxnRequest.Parser, TxnResponse.Parser);

    public static readonly Method<LeaseGrantRequest, LeaseGrantResponse> LeaseGrant =
        Unary("Lease", "LeaseGrant", LeaseGrantRequest.Parser, LeaseGrantResponse.Parser);

    public static readonly Method<LeaseRevokeRequest, LeaseRevokeResponse> LeaseRevoke =
        Unary("Lease", "LeaseRevoke", LeaseRevokeRequest.Parser, LeaseRevokeResponse.Parser);

    public static readonly Method<AuthenticateRequest, AuthenticateResponse> Authenticate =
        Unary("Auth", "Authenticate", AuthenticateRequest.Parser, AuthenticateResponse.Parser);

    /// <summary>A stream in the API; one renewal at a time is one request, one answer and the end, which on the wire
    /// is what a call without streams is.</summary>
    public static readonly Method<LeaseKeepAliveRequest, LeaseKeepAliveResponse> LeaseKeepAlive =
        Unary("Lease", "LeaseKeepAlive", LeaseKeepAliveRequest.Parser, LeaseKeepAliveResponse.Parser);

    public static readonly Method<WatchRequest, WatchResponse> Watch =
        Make(MethodType.DuplexStreaming, "Watch", "Watch", WatchRequest.Parser, WatchResponse.Parser);

    private static Method<TRequest, TResponse> Unary<TRequest, TResponse>(
        string service, string name, MessageParser<TRequest> requests, MessageParser<TResponse> answers)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => Make(MethodType.Unary, service, name, requests, answers);

    private static Method<TRequest, TResponse> Make<TRequest, TResponse>(
        MethodType type,
        string service,
        string name,
        MessageParser<TRequest> requests,
        MessageParser<TResponse> answers)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        new(type, $"etcdserverpb.{service}", name, Marshaller(requests), Marshaller(answers));

    private static Marshaller<T> Marshaller<T>(MessageParser<T> parser)
        where T : class, IMessage<T> => Marshallers.Create(
        (message, context) =>
        {
            context.SetPayloadLength(message.CalculateSize());
            message.WriteTo(context.GetBufferWriter());
            context.Complete();
        },
        context => parser.ParseFrom(context.PayloadAsReadOnlySequence()));
}
