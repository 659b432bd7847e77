using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Stolon.Forwarding.Engine;
using Stolon.Forwarding.Network;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>When a transfer's rests end, by a clock that stands still.</summary>
public sealed class ReadCoalescerEndTests
{
    private const int MuchInARest = 32 * 1024;
    private const int Bulk = 1024 * 1024;

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Answers_of_a_connection_that_was_resting_are_not_kept_waiting(int asked, bool restsOn)
    {
        var time = new FakeTimeProvider();
        using var network = new FaultyNetwork(
            Networks.Portable.Create(SocketOptions.From(KeepAliveSettings.Default, TimeSpan.Zero)),
            c => c == NetworkCall.SetInterest ? SocketError.Success : null);
        var loop = new LoopState(0, network, new LoopContext(Forward.Options, time, NullLogger.Instance));
        var coalescing = new ReadCoalescer(loop);
        var pair = new Pair(1, 1) { State = PairState.Joined };
        pair.Down.CanSend = true;
        Assert.True(coalescing.Consider(pair, pair.Down, passed: Bulk, otherPassed: 0));
        Assert.Same(pair.Down, pair.ReadCoalescer);

        Assert.True(coalescing.Consider(pair, pair.Down, passed: 0, otherPassed: asked));
        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Same(pair, coalescing.TakeDue(loop.Now));
        pair.Down.CanReceive = false;
        Assert.True(coalescing.Consider(pair, pair.Down, passed: MuchInARest, otherPassed: 0));

        Assert.Equal(restsOn, pair.ReadCoalescer is not null);
    }
}
