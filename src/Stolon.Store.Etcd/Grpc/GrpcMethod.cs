using Google.Protobuf;

namespace Stolon.Store.Etcd.Grpc;

/// <summary>One remote procedure.</summary>
/// <param name="Path"><c>/package.Service/Method</c>.</param>
internal sealed record GrpcMethod<TRequest, TResponse>(string Path, MessageParser<TResponse> Parser)
    where TRequest : IMessage<TRequest>
    where TResponse : IMessage<TResponse>;
