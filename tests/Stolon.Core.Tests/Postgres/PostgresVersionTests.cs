using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class PostgresVersionTests
{
    [Theory]
    [InlineData("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15, 18)]
    [InlineData("postgres (PostgreSQL) 9.6.24", 9, 6)]
    [InlineData("postgres (PostgreSQL) 13beta1", 13, 0)]
    [InlineData("postgres (PostgreSQL) 18devel", 18, 0)]
    [InlineData("postgres (PostgreSQL) 10.21", 10, 21)]
    [InlineData("postgres (PostgreSQL) 14.", 14, 0)]
    public void Digits_after_the_product_name_are_the_version(string line, int major, int minor)
    {
        Assert.True(PostgresVersion.TryParse(line, out var version));
        Assert.Equal(new PostgresVersion(major, minor), version);
        Assert.True(version.IsKnown);
    }

    [Theory]
    [InlineData("")]
    [InlineData("15.4")]
    [InlineData("postgres (PostgreSQL) ")]
    [InlineData("postgres (PostgreSQL) devel")]
    [InlineData("postgres (PostgreSQL) 99999999999")]
    public void Other_texts_have_no_version(string line) => Assert.False(PostgresVersion.TryParse(line, out _));

    [Fact]
    public void Before_ten_the_minor_number_tells_releases_apart()
    {
        Assert.True(new PostgresVersion(9, 6).AtLeast(9, 6));
        Assert.False(new PostgresVersion(9, 5).AtLeast(9, 6));
        Assert.True(new PostgresVersion(10, 0).AtLeast(9, 6));
        Assert.True(new PostgresVersion(12, 3).AtLeast(12));
        Assert.False(new PostgresVersion(11, 30).AtLeast(12));
    }

    [Fact]
    public void An_unknown_version_is_before_every_other()
    {
        Assert.False(PostgresVersion.Unknown.IsKnown);
        Assert.False(PostgresVersion.Unknown.AtLeast(1));
    }
}
