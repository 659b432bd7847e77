using Stolon.Core.Common;
using Stolon.Core.Model;
using Xunit;

namespace Stolon.Core.Tests.Common;

public sealed class ValueMapTests
{
    private static readonly ValueMap<string, int> Map = ValueMap<string, int>.Empty.With("b", 2).With("a", 1);

    [Fact]
    public void Maps_of_equal_content_are_equal_whatever_the_order_they_were_built_in()
    {
        var other = ValueMap<string, int>.Empty.With("a", 1).With("b", 3).With("b", 2);

        Assert.True(Map == other);
        Assert.Equal(Map.GetHashCode(), other.GetHashCode());
        Assert.True(Map != other.With("b", 9));
        Assert.True(Map != other.With("c", 9));
        Assert.False(Map.Equals(null));
    }

    [Fact]
    public void Texts_are_sorted_by_their_bytes_as_Go_sorts_them()
    {
        string[] keys = ["b", "_", "a", "B", "é"];

        Assert.Equal(["B", "_", "a", "b", "é"], keys.ToValueMap(k => k, _ => 0).Keys);
    }

    [Fact]
    public void Uids_are_sorted_ordinally()
    {
        InstanceUid[] uids = [new("b"), new("a1"), new("B")];

        Assert.Equal([new("B"), new("a1"), new("b")], uids.ToValueMap(u => u, _ => 0).Keys);
    }

    [Fact]
    public void Changing_leaves_the_map_as_it_was()
    {
        _ = Map.With("c", 3).Without("a");

        Assert.Equal(["a", "b"], Map.Keys);
        Assert.Equal([1, 2], Map.Values);
        Assert.Equal("{a=1, b=2}", Map.ToString());
    }

    [Fact]
    public void Nothing_is_found_under_no_key_or_an_unknown_one()
    {
        var map = ValueMap<KeeperUid, string>.Empty.With(new KeeperUid("k"), "found");

        Assert.Equal("found", map.Find(new KeeperUid("k")));
        Assert.Null(map.Find(new KeeperUid("other")));
        Assert.Null(map.Find(null));
    }
}
