using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class PgPassLineTests
{
    [Fact]
    public void A_line_is_for_any_database() =>
        Assert.Equal("10.0.0.1:5432:*:repl:secret", Line("10.0.0.1", "repl", "secret"));

    [Fact]
    public void Colons_and_backslashes_are_escaped() =>
        Assert.Equal(
            @"\:\:1:5432:*:a\:b:p\\w\:d\\\:", Line("::1", "a:b", @"p\w:d\:"));

    private static string Line(string host, string user, string password) =>
        PgPassLine.Format(new ServerAddress(host, "5432"), user, new Secret(password));
}
