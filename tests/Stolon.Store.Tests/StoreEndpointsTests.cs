namespace Stolon.Store.Tests;

public sealed class StoreEndpointsTests
{
    [Theory]
    [InlineData("", "http://127.0.0.1:2379/")]
    [InlineData("host:2379", "http://host:2379/")]
    [InlineData("10.0.0.1:2379,10.0.0.2:2379", "http://10.0.0.1:2379/ http://10.0.0.2:2379/")]
    [InlineData("https://a:1,https://b:2", "https://a:1/ https://b:2/")]
    [InlineData("http://a:1/some/path?query", "http://a:1/")]
    [InlineData("http://user@a:1", "http://a:1/")]
    [InlineData("host", "http://host/")]
    [InlineData("https://host", "https://host/")]
    [InlineData("[::1]:2379", "http://[::1]:2379/")]
    [InlineData("HTTP://Host:1", "http://host:1/")]
    public void Are_read_as_scheme_host_and_port(string text, string expected) => Assert.Equal(
        expected,
        string.Join(' ', StoreEndpoints.Parse(text, StoreEndpoints.EtcdDefault).Addresses.Select(a => a.AbsoluteUri)));

    [Theory]
    [InlineData("http://a:1,https://b:1", "same scheme")]
    [InlineData("a:1,https://b:1", "same scheme")]
    [InlineData("ftp://a:1", "unknown scheme \"ftp\"")]
    [InlineData("unix:///run/etcd", "endpoint \"unix:///run/etcd\"")]
    [InlineData("a:1,,b:1", "cannot parse store endpoint \"\"")]
    [InlineData("a:1, b:1", "cannot parse store endpoint \" b:1\"")]
    [InlineData("a:port", "cannot parse store endpoint \"a:port\"")]
    [InlineData("a:1/path", "cannot parse store endpoint \"a:1/path\"")]
    [InlineData("http://", "cannot parse store endpoint \"http://\"")]
    public void Are_refused_with_a_reason(string text, string reason) => Assert.Contains(
        reason,
        Assert.Throws<StoreOptionsException>(() => StoreEndpoints.Parse(text, StoreEndpoints.EtcdDefault)).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Use_TLS_with_the_scheme_https()
    {
        Assert.True(StoreEndpoints.Parse("https://a:1", StoreEndpoints.EtcdDefault).Tls);
        Assert.False(StoreEndpoints.Parse("a:1", StoreEndpoints.EtcdDefault).Tls);
    }
}
