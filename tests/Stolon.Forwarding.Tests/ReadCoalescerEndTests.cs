using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Stolon.Forwarding.Engine;
using Stolon.Forwarding.Network;
using Stolon.Forwarding.Routing;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>When the pauses of a transfer end, on a manual clock.</summary>
public sealed class ReadCoalescerEndTests
{
    private const int EnoughInAPause = 32 * 1024;
    private const int Bulk = 1024 * 1024;

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Pauses_end_when_the_other_side_sends(int otherPassed, bool continues)
    {
        var time = new FakeTimeProvider();
        using var network = new FaultyNetwork(
            Networks.Portable.Create(SocketOptions.From(KeepAliveSettings.Default, TimeSpan.Zero)),
            c => c == NetworkCall.SetInterest ? SocketError.Success : null);
        var loop = new LoopState(0, network, new LoopContext(Forward.Options, time, NullLogger.Instance));
        var coalescer = new ReadCoalescer(loop);
        var pair = new Pair(1, 1) { CountsAsClient = true };
        pair.Connect(2, new DestinationState(new IPEndPoint(IPAddress.Loopback, 1), 1, time));
        pair.MoveTo(PairState.Joined);
        pair.Down.CanSend = true;
        Assert.True(coalescer.AfterMove(pair, pair.Down, passed: Bulk, otherPassed: 0));
        Assert.Same(pair.Down, pair.CoalescedFlow);

        Assert.True(coalescer.AfterMove(pair, pair.Down, passed: 0, otherPassed: otherPassed));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Same(pair, coalescer.TakeDue(loop.Now));
        pair.Down.CanReceive = false;
        Assert.True(coalescer.AfterMove(pair, pair.Down, passed: EnoughInAPause, otherPassed: 0));

        Assert.Equal(continues, pair.CoalescedFlow is not null);
    }
}
