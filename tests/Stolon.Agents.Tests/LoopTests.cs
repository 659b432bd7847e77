using Stolon.Agents.Ports.Keeper;
using Stolon.Agents.Ports.Postgres;
using Stolon.Agents.Ports.Store;
using Stolon.Agents.Tests.Rig;

namespace Stolon.Agents.Tests;

public sealed class LoopTests
{
    private readonly Stage _stage = new();
    private readonly Wake _wake;
    private readonly List<TimeSpan> _ticks = [];
    private Func<CancellationToken, Task> _work = _ => Task.CompletedTask;

    public LoopTests() => _wake = new Wake(_stage.Time);

    public static TheoryData<Exception> EnvironmentalFailures =>
    [
        new StoreUnavailableException("trouble"), new TimeoutException("trouble"),
        new PostgresToolException("trouble"), new LocalStateException("trouble"),
    ];

    [Theory]
    [MemberData(nameof(EnvironmentalFailures), DisableDiscoveryEnumeration = true)]
    public void A_failing_tick_is_logged_once_and_tried_again(Exception trouble)
    {
        _work = _ => Task.FromException(trouble);
        Begin();

        _stage.Advance(10);

        Assert.InRange(_ticks.Count, 4, 5);
        Assert.Equal(["the work failed; it is tried again"], _stage.Log.Messages);
    }

    [Fact]
    public void Another_failure_is_logged_too_and_so_is_the_recovery()
    {
        var troubles = new Queue<string>(["first", "first", "second"]);
        _work = _ => troubles.TryDequeue(out var trouble)
            ? Task.FromException(new TimeoutException(trouble))
            : Task.CompletedTask;
        Begin();

        _stage.Advance(60);

        Assert.Equal(
            ["the work failed; it is tried again", "the work failed; it is tried again", "the work works again"],
            _stage.Log.Messages);
    }

    [Fact]
    public void The_next_tick_comes_after_the_delay_that_the_tick_returned()
    {
        Begin();

        _stage.Advance(9);
        Assert.Single(_ticks);
        _stage.Advance(2);

        Assert.Equal(2, _ticks.Count);
    }

    [Fact]
    public void A_burst_of_signals_is_one_tick()
    {
        Begin();
        _stage.Advance(1);

        Burst();
        _stage.Advance(1);

        Assert.Equal(2, _ticks.Count);
    }

    [Fact]
    public void Signals_during_a_tick_are_one_more_tick_and_never_a_second_at_a_time()
    {
        _work = async token => await Task.Delay(TimeSpan.FromSeconds(3), _stage.Time, token);
        Begin();
        _stage.Advance(1);

        Burst();
        _stage.Advance(1);
        Assert.Single(_ticks);
        _stage.Advance(7);

        Assert.Equal(2, _ticks.Count);
    }

    [Fact]
    public void An_unexpected_exception_ends_the_loop()
    {
        _work = _ => throw new InvalidOperationException("our fault");
        var loop = _stage.Start(RunAsync);

        var fault = Assert.Throws<InvalidOperationException>(() => loop.GetAwaiter().GetResult());
        Assert.Equal("our fault", fault.Message);
        Assert.Single(_ticks);
    }

    [Fact]
    public void A_cancelled_tick_ends_the_loop()
    {
        _work = async token => await Task.Delay(TimeSpan.FromHours(1), _stage.Time, token);
        var loop = _stage.Start(RunAsync);

        _stage.Stop();
        _stage.Advance(0);

        Assert.True(loop.IsCanceled);
    }

    private void Begin() => _stage.Begin(RunAsync);

    private Task RunAsync(CancellationToken token) => Loop.RunAsync(
        "the work",
        async t =>
        {
            _ticks.Add(_stage.Now);
            await _work(t);
            return TimeSpan.FromSeconds(10);
        },
        () => TimeSpan.FromSeconds(2),
        _wake,
        _stage.Time,
        _stage.Log,
        token);

    private void Burst()
    {
        for (var i = 0; i < 10; i++)
        {
            _wake.Signal();
        }
    }
}
