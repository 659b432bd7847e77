namespace Stolon.FrontDoors.Tests;

/// <summary>store.md 8.1: what programs must find when the store is Kubernetes.</summary>
public sealed class KubernetesStartTests
{
    private static readonly string[] Options =
        ["--cluster-name=c", "--store-backend=kubernetes", "--kube-resource-kind=configmap"];

    [Theory]
    [InlineData("stolon-sentinel")]
    [InlineData("stolon-proxy")]
    public async Task A_daemon_must_know_its_pod(string program)
    {
        var ending = await FrontDoor.RunAsync(program, Options);

        Assert.StartsWith("environment variable POD_NAME is missing", ending.Refusal());
    }

    [Theory]
    [InlineData("stolon-sentinel")]
    [InlineData("stolon-proxy")]
    public async Task A_pod_needs_a_way_to_the_server(string program)
    {
        var ending = await FrontDoor.RunAsync(
            program, Options, new Dictionary<string, string> { ["POD_NAME"] = "pod" });

        Assert.StartsWith("no way to Kubernetes is known", ending.Refusal());
    }

    [Fact]
    public async Task stolonctl_does_without_a_pod_and_takes_the_file_given()
    {
        var ending = await FrontDoor.RunAsync(
            FrontDoor.Stolonctl, ["status", .. Options, "--kubeconfig=/none/config"]);

        Assert.Equal(1, ending.Code);
        Assert.Contains("cannot read kubeconfig /none/config", ending.Error, StringComparison.Ordinal);
    }
}
