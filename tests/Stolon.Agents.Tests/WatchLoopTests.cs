using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Agents.Tests.Rig;

namespace Stolon.Agents.Tests;

public sealed class WatchLoopTests
{
    private readonly Stage _stage = new();
    private int _watches;
    private int _changes;

    [Fact]
    public void An_interrupted_watch_is_started_again_after_a_pause_and_logged_once()
    {
        Begin(_ => throw new StoreUnavailableException("broke"));

        _stage.Advance(2.5);

        Assert.Equal(3, _watches);
        Assert.Empty(_stage.Log.Messages);
        Assert.Equal(
            ["the watch of the documents was interrupted; it is started again"], _stage.Log.At(LogLevel.Debug));
    }

    [Fact]
    public void After_a_watch_was_established_the_next_interruption_is_logged_again()
    {
        Begin(changed =>
        {
            changed();
            throw new StoreUnavailableException("broke");
        });

        _stage.Advance(2.5);

        Assert.Equal(3, _changes);
        Assert.Equal(3, _stage.Log.At(LogLevel.Debug).Count());
    }

    [Fact]
    public void An_unexpected_exception_ends_the_watch()
    {
        var watch = _stage.Start(token => RunAsync(_ => throw new InvalidOperationException("our fault"), token));

        Assert.Throws<InvalidOperationException>(() => watch.GetAwaiter().GetResult());
        Assert.Equal(1, _watches);
    }

    private void Begin(Action<Action> watch) => _stage.Begin(token => RunAsync(watch, token));

    private Task RunAsync(Action<Action> watch, CancellationToken token) => WatchLoop.RunAsync(
        "the documents",
        (changed, _) =>
        {
            _watches++;
            watch(changed);
            return Task.CompletedTask;
        },
        () => _changes++,
        _stage.Time,
        _stage.Log,
        token);
}
