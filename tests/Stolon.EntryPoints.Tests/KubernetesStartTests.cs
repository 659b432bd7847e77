using System.Text.RegularExpressions;
using Stolon.EntryPoints.Tests.Documents;
using Stolon.Hosting.CommandLine;

namespace Stolon.EntryPoints.Tests;

/// <summary>docs/spec/store.md 8.1: what programs must find when the store is Kubernetes.</summary>
public sealed partial class KubernetesStartTests
{
    private static readonly string[] Options =
        ["--cluster-name=c", "--store-backend=kubernetes", "--kube-resource-kind=configmap"];

    [Theory]
    [InlineData("stolon-sentinel")]
    [InlineData("stolon-proxy")]
    public async Task A_daemon_must_know_its_pod(string program)
    {
        var ending = await EntryPoint.RunAsync(program, Options);

        Assert.StartsWith("environment variable POD_NAME is missing", ending.Refusal());
    }

    [Theory]
    [InlineData("stolon-sentinel")]
    [InlineData("stolon-proxy")]
    public async Task A_pod_needs_a_way_to_the_server(string program)
    {
        var ending = await EntryPoint.RunAsync(
            program, Options, new Dictionary<string, string> { ["POD_NAME"] = "pod" });

        Assert.StartsWith("cannot find a Kubernetes API server", ending.Refusal());
    }

    [Fact]
    public async Task A_user_of_the_store_is_refused_and_not_passed_over()
    {
        var ending = await EntryPoint.RunAsync(
            EntryPoint.Stolonctl, ["status", .. Options, "--store-user=u", "--store-password=p"]);

        Assert.Equal(1, ending.Code);
        Assert.Contains("kubernetes has no --store-user", ending.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stolonctl_needs_no_pod_and_uses_the_given_file()
    {
        var ending = await EntryPoint.RunAsync(
            EntryPoint.Stolonctl, ["status", .. Options, "--kubeconfig=/none/config"]);

        Assert.Equal(1, ending.Code);
        Assert.Contains("cannot read kubeconfig /none/config", ending.Error, StringComparison.Ordinal);
    }

    /// <summary>The manifests name options by their variables; a misspelt one would be passed over silently.</summary>
    [Fact]
    public void Every_variable_of_the_manifests_is_an_option()
    {
        var manifest = File.ReadAllText(Path.Combine(DocumentFile.Root, "deploy/kubernetes/stolon.yaml"));
        var known = EntryPoint.Definitions.Values.Where(d => d.EnvironmentPrefix is not null).SelectMany(
            d => d.SharedFlags.Select(f => EnvironmentValues.VariableOf(d.EnvironmentPrefix!, f.Name))).ToHashSet();
        var named = Variable().Matches(manifest).Select(m => m.Value).Distinct().ToList();

        Assert.NotEmpty(named);
        Assert.All(named, name => Assert.Contains(name, known));
    }

    [GeneratedRegex("ST(KEEPER|SENTINEL|PROXY)_[A-Z_]+")]
    private static partial Regex Variable();
}
