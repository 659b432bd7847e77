namespace Stolon.Hosting.Tests;

public sealed class SystemIdSourceTests
{
    private readonly SystemIdSource _ids = new();

    [Fact]
    public void Uids_are_eight_hex_digits_and_differ()
    {
        Assert.Matches("^[0-9a-f]{8}$", _ids.NextUid());
        Assert.NotEqual(_ids.NextUid(), _ids.NextUid());
    }

    [Fact]
    public void Uuids_are_of_version_4() =>
        Assert.Matches("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$", _ids.NextUuid());

    [Fact]
    public void Numbers_stay_below_the_limit()
    {
        Assert.Equal(0, _ids.NextNumber(1));
        Assert.All(Enumerable.Range(0, 100), _ => Assert.InRange(_ids.NextNumber(3), 0, 2));
    }
}
