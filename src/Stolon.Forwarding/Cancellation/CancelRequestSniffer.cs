using Stolon.Forwarding.Engine;
using Stolon.Forwarding.Protocol;

namespace Stolon.Forwarding.Cancellation;

/// <summary>Inspects the first bytes of a client while they are forwarded. A cancel request must reach the destination
/// that runs the query, and its client may be joined with a different one.</summary>
internal sealed class CancelRequestSniffer(LoopState loop, Pair pair)
{
    private byte[] _received = [];

    /// <returns>True: no further bytes need inspection.</returns>
    public bool Inspect(ReadOnlySpan<byte> bytes)
    {
        var found = CancelRequest.Find(_received.Length == 0 ? bytes : [.. _received, .. bytes]);
        if (found is null)
        {
            // Usually all arrives at once. At most the length of one request is kept.
            _received = [.. _received, .. bytes];
            return false;
        }

        if (found.Length > 0)
        {
            loop.LoopContext.CancelBroadcast.SendToOthers(
                loop.LoopContext.Options.ProxyProtocol
                    ? [.. ProxyHeader.Of(loop.Network.EndsOf(pair.Client)), .. found]
                    : found,
                pair.Destination!);
        }

        return true;
    }
}
