using Stolon.Agents.Tests.Rig;

namespace Stolon.Agents.Tests;

public sealed class WakeTests
{
    private readonly Stage _stage = new();
    private readonly Wake _wake;

    public WakeTests() => _wake = new Wake(_stage.Time);

    [Fact]
    public void A_signal_before_the_wait_ends_it_at_once_and_only_it()
    {
        _wake.Signal();

        Assert.True(Wait(10).IsCompleted);
        Assert.False(Wait(10).IsCompleted);
    }

    [Fact]
    public void Without_a_signal_the_wait_ends_when_the_delay_is_over()
    {
        var wait = Wait(10);

        _stage.Advance(9.9);
        Assert.False(wait.IsCompleted);
        _stage.Advance(0.2);

        Assert.True(wait.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_cancelled_wait_throws()
    {
        var wait = Wait(10);

        _stage.Stop();
        _stage.Advance(0);

        Assert.True(wait.IsCanceled);
    }

    /// <summary>The system's timers take no more than 49 days, and an operator may write any interval.</summary>
    [Fact]
    public async Task An_interval_longer_than_any_timer_is_waited_for_all_the_same()
    {
        var wake = new Wake(TimeProvider.System);

        var wait = wake.WaitAsync(TimeSpan.FromDays(100), CancellationToken.None);
        wake.Signal();

        await wait;
    }

    private Task Wait(double seconds) => _stage.Start(token => _wake.WaitAsync(TimeSpan.FromSeconds(seconds), token));
}
