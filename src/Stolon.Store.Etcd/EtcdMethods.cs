using Google.Protobuf;
using Grpc.Core;
using Stolon.Store.Etcd.Protos;

namespace Stolon.Store.Etcd;

/// <summary>The methods of etcd's v3 API that we call.</summary>
internal static class EtcdMethods
{
    public static readonly EtcdMethod<RangeRequest, RangeResponse> Range =
        new(MethodType.Unary, "KV", "Range", RangeResponse.Parser);

    public static readonly EtcdMethod<PutRequest, PutResponse> Put =
        new(MethodType.Unary, "KV", "Put", PutResponse.Parser);

    public static readonly EtcdMethod<DeleteRangeRequest, DeleteRangeResponse> DeleteRange =
        new(MethodType.Unary, "KV", "DeleteRange", DeleteRangeResponse.Parser);

    public static readonly EtcdMethod<TxnRequest, TxnResponse> Txn =
        new(MethodType.Unary, "KV", "Txn", TxnResponse.Parser);

    public static readonly EtcdMethod<LeaseGrantRequest, LeaseGrantResponse> LeaseGrant =
        new(MethodType.Unary, "Lease", "LeaseGrant", LeaseGrantResponse.Parser);

    public static readonly EtcdMethod<LeaseRevokeRequest, LeaseRevokeResponse> LeaseRevoke =
        new(MethodType.Unary, "Lease", "LeaseRevoke", LeaseRevokeResponse.Parser);

    public static readonly EtcdMethod<AuthenticateRequest, AuthenticateResponse> Authenticate =
        new(MethodType.Unary, "Auth", "Authenticate", AuthenticateResponse.Parser);

    /// <summary>A stream in the API. One renewal per call is one request and one response, which on the wire equals a
    /// unary call.</summary>
    public static readonly EtcdMethod<LeaseKeepAliveRequest, LeaseKeepAliveResponse> LeaseKeepAlive =
        new(MethodType.Unary, "Lease", "LeaseKeepAlive", LeaseKeepAliveResponse.Parser);

    public static readonly EtcdMethod<WatchRequest, WatchResponse> Watch =
        new(MethodType.DuplexStreaming, "Watch", "Watch", WatchResponse.Parser);
}

/// <summary>One method of the API.</summary>
/// <remarks>All methods have the same two types for the gRPC client. A native program generates the generic virtual
/// methods for each pair of types: a pair for each method costs 4 MB of memory (measured).</remarks>
internal sealed class EtcdMethod<TRequest, TResponse>(
    MethodType type, string service, string name, MessageParser<TResponse> answers)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    public Method<IMessage, IMessage> Method { get; } = new(
        type,
        $"etcdserverpb.{service}",
        name,
        Marshallers.Create<IMessage>(Write, _ => throw new NotSupportedException("requests are only written")),
        Marshallers.Create<IMessage>(
            (_, _) => throw new NotSupportedException("answers are only read"),
            context => answers.ParseFrom(context.PayloadAsReadOnlySequence())));

    private static void Write(IMessage message, SerializationContext context)
    {
        context.SetPayloadLength(message.CalculateSize());
        message.WriteTo(context.GetBufferWriter());
        context.Complete();
    }
}
