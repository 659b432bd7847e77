using Stolon.Hosting.Metrics;

namespace Stolon.Hosting.Tests.Metrics;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:8080", "127.0.0.1", 8080)]
    [InlineData("localhost:8080", "localhost", 8080)]
    [InlineData(":8080", "", 8080)]
    [InlineData("[::1]:8080", "::1", 8080)]
    [InlineData("[::]:0", "::", 0)]
    public void Gos_notation_is_read(string text, string host, int port)
    {
        var address = ListenAddress.Parse(text);
        Assert.Equal(host, address.Host);
        Assert.Equal(port, address.Port);
    }

    [Theory]
    [InlineData("", "address : missing port in address")]
    [InlineData("localhost", "address localhost: missing port in address")]
    [InlineData("::1:8080", "address ::1:8080: too many colons in address")]
    [InlineData("localhost:", "address localhost:: invalid port")]
    [InlineData("localhost:http", "address localhost:http: invalid port")]
    [InlineData("localhost:65536", "address localhost:65536: invalid port")]
    [InlineData("localhost:-1", "address localhost:-1: invalid port")]
    public void What_is_no_address_is_named(string text, string expected) =>
        Assert.Equal(expected, Assert.Throws<FormatException>(() => ListenAddress.Parse(text)).Message);
}
