using Stolon.Forwarding.Engine;
using Stolon.Forwarding.Protocol;

namespace Stolon.Forwarding.Cancellation;

/// <summary>What a client says first, looked at on its way: a request to cancel a query is for whichever destination
/// runs it, and the client was joined with only one.</summary>
internal sealed class CancelRequestSniffer(LoopState loop, Pair pair)
{
    private byte[] _said = [];

    /// <returns>True: the rest is of no interest.</returns>
    public bool Hear(ReadOnlySpan<byte> bytes)
    {
        var found = CancelRequest.Find(_said.Length == 0 ? bytes : [.. _said, .. bytes]);
        if (found is null)
        {
            // As a rule everything comes at once; at most a request's length is kept.
            _said = [.. _said, .. bytes];
            return false;
        }

        if (found.Length > 0)
        {
            loop.LoopContext.CancelBroadcast.Spread(
                loop.LoopContext.Options.ProxyProtocol
                    ? [.. ProxyHeader.Of(loop.Network.EndsOf(pair.Client)), .. found]
                    : found,
                pair.Destination!);
        }

        return true;
    }
}
