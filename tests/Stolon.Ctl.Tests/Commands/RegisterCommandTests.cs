using Xunit;

namespace Stolon.Ctl.Tests.Commands;

public sealed class RegisterCommandTests : IDisposable
{
    private readonly CtlRunner _ctl = new();

    public void Dispose() => _ctl.Dispose();

    [Theory]
    [InlineData("unknown register backend: \"zookeeper\"", "--register-backend=zookeeper")]
    [InlineData(
        "consul does not support multiple endpoints: http://a:8500,http://b:8500",
        "--register-endpoints=http://a:8500,http://b:8500")]
    [InlineData("unknown scheme \"ftp\" of store endpoint \"ftp://a\"", "--register-endpoints=ftp://a")]
    [InlineData("invalid log level: loud", "--log-level=loud")]
    [InlineData("--sleep-interval must be a number of seconds of at least 1", "--sleep-interval=0")]
    public async Task What_cannot_be_used_is_refused(string problem, string option) =>
        Assert.Equal(CtlResult.Refused(problem), await _ctl.RunAsync("register", option));

    [Fact]
    public async Task A_certificate_that_cannot_be_read_is_named()
    {
        var refused = await _ctl.RunAsync(
            "register", "--register-endpoints=https://127.0.0.1:1", "--register-ca-file=/nowhere/ca.pem");

        Assert.Equal(1, refused.Code);
        Assert.Contains("/nowhere/ca.pem", refused.Error, StringComparison.Ordinal);
    }
}
