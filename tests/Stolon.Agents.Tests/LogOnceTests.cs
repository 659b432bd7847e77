using Stolon.Agents.Tests.Rig;

namespace Stolon.Agents.Tests;

public sealed class LogOnceTests
{
    private readonly Stage _stage = new();

    [Fact]
    public void A_condition_that_lasts_is_logged_once()
    {
        var log = new LogOnce();

        Assert.True(log.IsDue("full"));
        Assert.False(log.IsDue("full"));
    }

    [Fact]
    public void A_condition_that_changes_is_logged_again_and_so_is_the_one_before_when_it_returns()
    {
        var log = new LogOnce();
        log.IsDue("full");

        Assert.True(log.IsDue("slow"));
        Assert.True(log.IsDue("full"));
    }

    [Fact]
    public void A_condition_that_comes_back_after_its_end_is_logged_again()
    {
        var log = new LogOnce();
        log.IsDue("full");

        Assert.True(log.End());
        Assert.False(log.End());
        Assert.True(log.IsDue("full"));
    }

    [Fact]
    public void A_condition_that_lasts_is_repeated_after_each_interval_since_it_was_logged()
    {
        var log = new LogOnce<string, int>(_stage.Time, TimeSpan.FromMinutes(5));
        Assert.Equal(LogTurn.First, log.Next("disk", 1));

        _stage.Advance(299);
        Assert.Equal(LogTurn.Skip, log.Next("disk", 1));
        _stage.Advance(1);
        Assert.Equal(LogTurn.Again, log.Next("disk", 1));
        _stage.Advance(299);
        Assert.Equal(LogTurn.Skip, log.Next("disk", 1));
        _stage.Advance(1);
        Assert.Equal(LogTurn.Again, log.Next("disk", 1));
    }

    [Fact]
    public void A_change_starts_the_interval_again()
    {
        var log = new LogOnce<string, int>(_stage.Time, TimeSpan.FromMinutes(5));
        log.Next("disk", 1);

        _stage.Advance(200);
        Assert.Equal(LogTurn.First, log.Next("disk", 2));
        _stage.Advance(200);
        Assert.Equal(LogTurn.Skip, log.Next("disk", 2));
        _stage.Advance(100);
        Assert.Equal(LogTurn.Again, log.Next("disk", 2));
    }

    [Fact]
    public void Without_an_interval_nothing_is_repeated()
    {
        var log = new LogOnce<string, int>();
        log.Next("disk", 1);

        _stage.Advance(3600);

        Assert.Equal(LogTurn.Skip, log.Next("disk", 1));
    }

    [Fact]
    public void Each_key_has_a_condition_and_an_end_of_its_own()
    {
        var log = new LogOnce<string, int>();

        Assert.Equal(LogTurn.First, log.Next("a", 1));
        Assert.Equal(LogTurn.First, log.Next("b", 1));
        Assert.Equal(2, log.Count);
        log.EndWhere(key => key == "a");

        Assert.Equal(1, log.Count);
        Assert.Equal(LogTurn.First, log.Next("a", 1));
        Assert.Equal(LogTurn.Skip, log.Next("b", 1));
    }
}
