namespace Stolon.Tidy.Tests;

public sealed class LayerTests
{
    [Fact]
    public void References_point_down_only() => Repository.HasNo(Layers.Problems(
        [.. Repository.Files.Where(f => f.IsIn("src") && f.Path.EndsWith(".csproj", StringComparison.Ordinal))]));

    [Fact]
    public void The_core_touches_nothing_outside() =>
        Repository.HasNo(Repository.Code.Where(f => f.IsIn("src/Stolon.Core")).SelectMany(Layers.Impurities));

    [Fact]
    public void Programs_hand_over_at_once() => Repository.HasNo(
        Repository.Code.Where(f => f.IsIn("src") && f.Path.EndsWith("/Program.cs", StringComparison.Ordinal))
            .SelectMany(Layers.Fat));

    [Fact]
    public void Front_doors_of_agents_do_not_loop() => Repository.HasNo(Repository.Code
        .Where(f => f.IsIn("src/Stolon/Keeper") || f.IsIn("src/Stolon/Sentinel") || f.IsIn("src/Stolon/Proxy"))
        .SelectMany(Layers.Loops));

    [Fact]
    public void A_reference_upwards_is_found_also_through_another_project()
    {
        var problems = Layers.Problems(
            [Project("Core", "Wire"), Project("Wire"), Project("Agents", "Core"), Project("Cellar")]);
        Assert.Equal(
            [
                "src/Stolon.Core/Stolon.Core.csproj: sees Wire, which is not below it",
                "src/Stolon.Agents/Stolon.Agents.csproj: sees Wire, which is not below it",
                "src/Stolon.Cellar/Stolon.Cellar.csproj: not in the picture; draw it in ARCHITECTURE.md and here",
            ],
            problems);
    }

    [Fact]
    public void A_package_in_the_core_is_found()
    {
        const string Text = """<Project><PackageReference Include="X" /></Project>""";
        Assert.Single(Layers.Problems([new("src/Stolon.Core/Stolon.Core.csproj", Text)]));
    }

    [Theory]
    [InlineData("class A { Task B() => null; }")]
    [InlineData("class A { object B() => Guid.NewGuid(); }")]
    [InlineData("class A { async void B() { await C; } }")]
    public void A_clock_chance_or_waiting_in_the_core_is_found(string text) =>
        Assert.Single(Layers.Impurities(new("src/Stolon.Core/A.cs", text)));

    [Fact]
    public void A_program_that_does_something_itself_is_found()
    {
        Assert.Single(Layers.Fat(new("Program.cs", "if (args is []) { } return await A.RunAsync(args);")));
        Assert.Single(Layers.Loops(new("A.cs", "class A { void B() { while (true) { } } }")));
    }

    private static RepositoryFile Project(string name, params string[] seen)
    {
        var references = seen.Select(s => $"<ProjectReference Include=\"../Stolon.{s}/Stolon.{s}.csproj\" />");
        return new($"src/Stolon.{name}/Stolon.{name}.csproj", $"<Project>{string.Concat(references)}</Project>");
    }
}
