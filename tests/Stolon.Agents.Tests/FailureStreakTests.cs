namespace Stolon.Agents.Tests;

public sealed class FailureStreakTests
{
    private readonly FailureStreak _streak = new();

    [Fact]
    public void A_store_that_fails_in_two_ways_in_turn_is_logged_twice()
    {
        Assert.True(IsNew("no answer within 5 s"));
        Assert.True(IsNew("connection refused"));
        Assert.False(IsNew("no answer within 5 s"));
        Assert.False(IsNew("connection refused"));
    }

    [Fact]
    public void Another_process_id_or_time_is_not_another_failure()
    {
        Assert.True(IsNew("07:17:44 [25034] no space left"));
        Assert.False(IsNew("07:17:45 [25046] no space left"));
    }

    [Fact]
    public void A_text_that_is_new_each_time_is_silenced()
    {
        var told = Enumerable.Range(0, 100).Count(i => IsNew($"failure {(char)('a' + i)}"));

        Assert.InRange(told, 1, 10);
    }

    [Fact]
    public void After_a_success_a_failure_is_logged_again()
    {
        Assert.False(_streak.End());
        Assert.True(IsNew("connection refused"));

        Assert.True(_streak.End());

        Assert.True(IsNew("connection refused"));
    }

    private bool IsNew(string message) => _streak.IsNew(new IOException(message));
}
