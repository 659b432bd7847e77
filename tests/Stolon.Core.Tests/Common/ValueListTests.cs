using Stolon.Core.Common;
using Xunit;

namespace Stolon.Core.Tests.Common;

public sealed class ValueListTests
{
    private sealed record Holder(ValueList<string> Names);

    [Fact]
    public void Records_holding_lists_of_equal_content_are_equal()
    {
        var one = new Holder(["a", "b"]);
        var two = new Holder(new List<string> { "a", "b" }.ToValueList());

        Assert.Equal(one, two);
        Assert.Equal(one.GetHashCode(), two.GetHashCode());
        Assert.True(one.Names == two.Names);
    }

    [Fact]
    public void Order_and_length_count()
    {
        Assert.NotEqual((ValueList<int>)[1, 2], [2, 1]);
        Assert.NotEqual((ValueList<int>)[1, 2], [1]);
        Assert.True((ValueList<int>)[1] != [2]);
    }

    [Fact]
    public void The_default_is_the_empty_list()
    {
        ValueList<int> none = default;

        Assert.Equal([], none);
        Assert.True(none.IsEmpty);
        Assert.Empty(none);
        Assert.False(none.Contains(0));
        Assert.Equal(((ValueList<int>)[]).GetHashCode(), none.GetHashCode());
        Assert.Throws<ArgumentOutOfRangeException>(() => none[0]);
    }

    [Fact]
    public void Adding_leaves_the_list_as_it_was()
    {
        ValueList<int> one = [1];
        var two = one.Add(2);

        Assert.Equal([1], one);
        Assert.Equal([1, 2], two);
        Assert.Equal([7], ValueList<int>.Empty.Add(7));
        Assert.Equal(2, two[1]);
        Assert.Equal("[1, 2]", two.ToString());
    }

    [Fact]
    public void A_sorted_set_has_no_duplicates()
    {
        Assert.Equal([1, 2, 3], new[] { 3, 1, 2, 3, 1 }.ToSortedSet());
    }
}
