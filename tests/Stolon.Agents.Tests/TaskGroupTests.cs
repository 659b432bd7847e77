using Stolon.Agents.Tests.Rig;

namespace Stolon.Agents.Tests;

public sealed class TaskGroupTests
{
    private readonly Stage _stage = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_one_fails_the_others_are_cancelled_and_waited_for(bool first)
    {
        var stopped = false;
        async Task FailAsync(CancellationToken token)
        {
            await Task.Delay(TimeSpan.FromSeconds(1), _stage.Time, token);
            throw new InvalidOperationException("our fault");
        }

        async Task StopSlowlyAsync(CancellationToken token)
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, _stage.Time, token);
            }
            finally
            {
                await Task.Delay(TimeSpan.FromSeconds(3), _stage.Time, CancellationToken.None);
                stopped = true;
            }
        }

        var all = _stage.Start(token => first
            ? TaskGroup.RunAsync(token, FailAsync, StopSlowlyAsync)
            : TaskGroup.RunAsync(token, StopSlowlyAsync, FailAsync));
        _stage.Advance(2);
        Assert.False(all.IsCompleted, "somebody was left behind");
        _stage.Advance(3);

        Assert.True(stopped);
        Assert.Equal("our fault", Assert.Throws<InvalidOperationException>(() => all.GetAwaiter().GetResult()).Message);
    }

    [Fact]
    public void When_cancelled_all_stop_and_the_group_is_cancelled()
    {
        var all = _stage.Start(token => TaskGroup.RunAsync(token, Forever, Forever));

        _stage.Stop();
        _stage.Advance(0);

        Assert.True(all.IsCanceled);
    }

    [Fact]
    public void A_failure_on_the_way_out_is_not_lost()
    {
        async Task FailWhenStoppedAsync(CancellationToken token)
        {
            try
            {
                await Forever(token);
            }
            catch (OperationCanceledException e)
            {
                throw new InvalidOperationException("our fault", e);
            }
        }

        var all = _stage.Start(token => TaskGroup.RunAsync(token, Forever, FailWhenStoppedAsync, Forever));
        _stage.Stop();
        _stage.Advance(0);

        Assert.Throws<InvalidOperationException>(() => all.GetAwaiter().GetResult());
    }

    [Fact]
    public void When_one_ends_the_others_are_stopped()
    {
        var all = _stage.Start(token => TaskGroup.RunAsync(
            token, Forever, async t => await Task.Delay(TimeSpan.FromSeconds(1), _stage.Time, t)));

        _stage.Advance(2);

        Assert.True(all.IsCompletedSuccessfully);
    }

    private async Task Forever(CancellationToken token) =>
        await Task.Delay(Timeout.InfiniteTimeSpan, _stage.Time, token);
}
