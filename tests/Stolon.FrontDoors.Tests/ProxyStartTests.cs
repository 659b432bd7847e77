namespace Stolon.FrontDoors.Tests;

/// <summary>The proxy's options that the original does not have.</summary>
public sealed class ProxyStartTests
{
    private static readonly Dictionary<string, string> Valid = new()
    {
        ["cluster-name"] = "c",
        ["store-backend"] = "etcdv3",
        ["store-endpoints"] = "127.0.0.1:1",
    };

    [Theory]
    [InlineData("ro-port", "pg", "--ro-port must be a number from 0 to 65535, not \"pg\"")]
    [InlineData("ro-port", "5432", "--ro-port must be another port than --port: both are 5432")]
    [InlineData("ro-max-lag", "-1s", "--ro-max-lag must be from 0s to 168h0m0s, not -1s")]
    [InlineData("ro-max-lag", "169h", "--ro-max-lag must be from 0s to 168h0m0s, not 169h0m0s")]
    [InlineData("ro-max-lag-bytes", "-1", "--ro-max-lag-bytes must be from 0 to 9223372036854775807, not -1")]
    [InlineData("wait-for-primary", "-1s", "--wait-for-primary must be from 0s to 168h0m0s, not -1s")]
    [InlineData("dial-timeout", "0", "--dial-timeout must be from 1ms to 168h0m0s, not 0s")]
    [InlineData("tcp-user-timeout", "700h", "--tcp-user-timeout must be from 0s to 168h0m0s, not 700h0m0s")]
    [InlineData("drain-timeout", "-5s", "--drain-timeout must be from 0s to 168h0m0s, not -5s")]
    [InlineData("max-connections", "-1", "--max-connections must be from 0 to 2147483647, not -1")]
    [InlineData("threads", "1025", "--threads must be from 0 to 1024, not 1025")]
    public async Task A_value_out_of_range_is_refused_with_its_limits(string option, string value, string expected)
    {
        var fault = new Fault("", "", (option, value));
        var ending = await FrontDoor.RunAsync("stolon-proxy", Fault.CommandLine(Valid, fault));
        Assert.Equal(1, ending.Code);
        Assert.StartsWith(expected, ending.Refusal());
    }
}
