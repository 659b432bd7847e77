namespace Stolon.Tidy.Tests;

public sealed class UnionTests
{
    private const string Shape =
        "abstract record Shape { public sealed record Round : Shape; public sealed record Square : Shape; ";

    [Fact]
    public void Unions_are_closed_and_nobody_forgets_a_case()
    {
        var source = Repository.Code.Where(f => f.IsIn("src")).ToList();
        var unions = Union.In(source);
        Assert.True(unions.Count >= 8, "the unions are not recognised any more");
        Repository.HasNo(unions.SelectMany(u => u.Problems().Concat(source.SelectMany(u.ProblemsIn))));
    }

    [Theory]
    [InlineData("public T Match<T>(Func<Round, T> round) => round(null); }")]
    [InlineData("public record Oval : Shape; }")]
    public void A_union_with_an_open_case_or_a_short_Match_is_found(string rest) =>
        Assert.Single(Assert.Single(Union.In([new("Shape.cs", Shape + rest)])).Problems());

    [Theory]
    [InlineData("sealed record Oval : Shape;")]
    [InlineData("class A { int B(Shape s) => s switch { Shape.Round => 1, _ => 2 }; }")]
    [InlineData("class A { int B(Shape s) => s switch { Shape.Round r => r.X, _ => 2 }; }")]
    public void A_case_elsewhere_or_a_case_forgotten_is_found(string text) =>
        Assert.Single(Assert.Single(Union.In([new("Shape.cs", Shape + "}")])).ProblemsIn(new("A.cs", text)));

    [Fact]
    public void A_union_as_it_should_be_is_not()
    {
        const string Rest = "public T Match<T>(Func<Round, T> round, Func<Square, T> square) => default; }";
        var union = Assert.Single(Union.In([new("Shape.cs", Shape + Rest)]));
        Assert.Empty(union.Problems());
        const string User = "class A { int B(Shape s) => s switch { Shape.Round or Shape.Square => 1 }; }";
        Assert.Empty(union.ProblemsIn(new("A.cs", User)));
    }
}
