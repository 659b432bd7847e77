namespace Stolon.Tidy.Tests;

public sealed class HabitTests
{
    private const string Later = "TO" + "DO";

    [Fact]
    public void Only_the_host_of_the_agents_catches_everything() => Repository.HasNo(Repository.Code
        .Where(f => f.IsIn("src") && f.Path != "src/Stolon.Hosting/AgentHost.cs").SelectMany(Habits.CatchAlls));

    [Fact]
    public void Every_event_has_a_number_of_its_own() =>
        Repository.HasNo(Habits.RepeatedEvents(Repository.Code.Where(f => f.IsIn("src"))));

    [Fact]
    public void Work_left_for_later_has_an_issue() => Repository.HasNo(Repository.Files
        // The specification tells what the original has left for later.
        .Where(f => !f.IsIn(Specification.Folder))
        .SelectMany(Habits.UnownedWork));

    [Fact]
    public void No_file_says_where_packages_come_from() =>
        Repository.HasNo(Repository.Files.SelectMany(Habits.RegistryNames));

    [Theory]
    [InlineData("try { } catch (Exception e) { }")]
    [InlineData("try { } catch { }")]
    public void Catching_everything_is_found(string text) => Assert.Single(Habits.CatchAlls(new("a.cs", text)));

    [Theory]
    [InlineData("try { } catch (Exception e) when (e is IOException) { }")]
    [InlineData("try { } catch (IOException e) { }")]
    [InlineData("try { } catch { Undo(); throw; }")]
    public void Catching_something_is_fine(string text) => Assert.Empty(Habits.CatchAlls(new("a.cs", text)));

    [Fact]
    public void A_number_used_twice_is_found()
    {
        const string Text = """
            [LoggerMessage(EventId = 1, Message = "a")] partial void A();
            [LoggerMessage(1, LogLevel.Error, "b")] partial void B();
            [LoggerMessage(2, LogLevel.Error, "c")] partial void C();
            """;
        Assert.Equal(
            "event 1 is used more than once: A.cs:1, A.cs:2",
            Assert.Single(Habits.RepeatedEvents([new("A.cs", Text)])));
    }

    [Fact]
    public void Work_without_an_owner_is_found()
    {
        Assert.Single(Habits.UnownedWork(new("a", $"// {Later}: later")));
        Assert.Single(Habits.UnownedWork(new("a", "// FIX" + "ME #1")));
        Assert.Empty(Habits.UnownedWork(new("a", $"// {Later} #12: later")));
    }

    [Fact]
    public void A_registry_is_found() =>
        Assert.Single(Habits.RegistryNames(new("packages.lock.json", "https://api.nuget" + ".org/v3/index.json")));
}
