using Stolon.Testing;
using Stolon.Testing.Consul;

namespace Stolon.EntryPoints.Tests;

/// <summary>Consul as a store, from the command line and the environment.</summary>
public sealed class ConsulStartTests
{
    private const string Token = "5f1b6f9e-6b0c-4d3e-9a57-0d6a3f0c7b13";
    private static readonly string[] Store = ["--cluster-name=main", "--store-backend=consul"];

    [Fact]
    public async Task The_token_comes_from_the_environment_and_is_never_printed()
    {
        using var directory = new TemporaryDirectory("token");
        File.WriteAllText(directory.File("token"), Token + "\n");
        await using var consul = await ConsulServer.StartAsync(new ConsulServerOptions { RootToken = Token });
        string[] store = [.. Store, $"--store-endpoints={consul.Address}"];

        var without = await Ctl(["init", "--yes", .. store]);
        var wrong = await Ctl(["init", "--yes", .. store], ("CONSUL_HTTP_TOKEN", Token[..^1] + "0"));
        var with = await Ctl(["init", "--yes", .. store], ("CONSUL_HTTP_TOKEN", Token));
        var file = await Ctl(["spec", .. store], ("CONSUL_HTTP_TOKEN_FILE", directory.File("token")));

        Assert.Equal((1, 1, 0, 0), (without.Code, wrong.Code, with.Code, file.Code));
        Assert.Contains("CONSUL_HTTP_TOKEN", without.Error, StringComparison.Ordinal);
        Assert.Contains("does not know the token", wrong.Error, StringComparison.Ordinal);
        Assert.Contains("initMode", file.Output, StringComparison.Ordinal);
        foreach (var ending in new[] { without, wrong, with, file })
        {
            Assert.DoesNotContain(Token[..^1], ending.Output + ending.Error, StringComparison.Ordinal);
        }

        Assert.NotNull(await consul.Api.EntryAsync("stolon/cluster/main/clusterdata"));
    }

    [Theory]
    [InlineData("consul does not support multiple endpoints: http://a:1,http://b:1", "--store-endpoints=a:1,b:1")]
    [InlineData("consul has no --store-user", "--store-user=u", "--store-password=p")]
    public async Task What_Consul_does_not_have_is_refused(string problem, params string[] options)
    {
        var refused = await Ctl(["status", .. Store, .. options]);

        Assert.Equal(1, refused.Code);
        Assert.StartsWith(problem, refused.Error, StringComparison.Ordinal);
    }

    private static Task<Ending> Ctl(string[] words, params (string Name, string Value)[] variables) =>
        EntryPoint.RunAsync(EntryPoint.Stolonctl, words, variables.ToDictionary(v => v.Name, v => v.Value));
}
