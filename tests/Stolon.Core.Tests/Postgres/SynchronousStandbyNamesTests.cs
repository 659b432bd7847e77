using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class SynchronousStandbyNamesTests
{
    private static readonly InstanceUid A = new("0c37a39e");
    private static readonly InstanceUid B = new("8e72caab");

    [Fact]
    public void Off_and_no_standby_are_both_empty()
    {
        Assert.Equal("", SynchronousStandbyNames.Format(null, null));
        Assert.Equal("", SynchronousStandbyNames.Format([], []));
    }

    [Fact]
    public void One_name_is_written_alone()
    {
        Assert.Equal("stolon_0c37a39e", SynchronousStandbyNames.Format([A], []));
        Assert.Equal(
            "stolonfakestandby", SynchronousStandbyNames.Format([], ["stolonfakestandby"]));
    }

    [Fact]
    public void All_of_several_names_must_confirm() =>
        Assert.Equal(
            "2 (stolon_0c37a39e,stolon_8e72caab)", SynchronousStandbyNames.Format([A, B], null));

    [Fact]
    public void Externals_come_last_as_they_are() =>
        Assert.Equal(
            "2 (stolon_8e72caab,stolonfakestandby)", SynchronousStandbyNames.Format([B], ["stolonfakestandby"]));
}
