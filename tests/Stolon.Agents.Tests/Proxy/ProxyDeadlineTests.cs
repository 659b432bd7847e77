using Stolon.Agents.Proxy;
using Stolon.Agents.Tests.Rig;
using Stolon.Core.Model;
using Stolon.Testing;

namespace Stolon.Agents.Tests.Proxy;

public sealed class ProxyDeadlineTests
{
    [Fact]
    public void A_timeout_of_centuries_is_trust_for_ever_and_not_until_a_time_long_gone()
    {
        var forwarder = new RecordingForwarder([]);
        var options = new ProxyOptions { Uid = new ProxyUid("p1"), StopListening = true };
        var time = new NanosecondTime();
        var deadline = new ProxyDeadline(new ProxyPorts(forwarder), options, time, new RecordedLog());

        deadline.Extend(time.GetTimestamp(), TimeSpan.FromSeconds(15));
        Assert.Equal(time.GetTimestamp() + 15_000_000_000, forwarder.TrustedUntil);

        // The longest duration there is in Go.
        deadline.Extend(time.GetTimestamp(), TimeSpan.FromHours(2_562_047));
        Assert.Equal(long.MaxValue, forwarder.TrustedUntil);
    }

    /// <summary>A monotonic clock as Linux has it, 11 days after the start of the machine.</summary>
    private sealed class NanosecondTime : TimeProvider
    {
        public override long TimestampFrequency => 1_000_000_000;

        public override long GetTimestamp() => 1_000_000_000_000_000;
    }
}
