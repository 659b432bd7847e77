using Grpc.Core;

namespace Stolon.Store.Etcd;

/// <summary>A failed call; never leaves this assembly.</summary>
/// <param name="code">The server's status, or the nearest one for a failure on this side.</param>
/// <param name="detail">The server's text, or the failure on this side.</param>
/// <param name="sent">False: the server certainly did not receive the request.</param>
internal sealed class EtcdCallException(StatusCode code, string detail, bool sent, Exception? innerException = null)
    : Exception($"{code}: {detail}", innerException)
{
    public StatusCode Code { get; } = code;

    public string Detail { get; } = detail;

    public bool Sent { get; } = sent;
}
