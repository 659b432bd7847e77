using System.Text.Json.Nodes;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;
using Stolon.Testing.Consul;

namespace Stolon.EndToEnd.Tests;

/// <summary><c>stolonctl register</c> (docs/spec/stolonctl.md 9): a cluster on etcd, its services in a real
/// Consul.</summary>
[Collection(AsynchronousCluster.Name)]
public sealed class RegisterTests(AsynchronousCluster fixture, ITestOutputHelper output) : ClusterTest(fixture)
{
    /// <summary>Consul first looks at a new service within its interval of 10 s.</summary>
    private static readonly TimeSpan CheckTime = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_tag_of_the_primary_follows_a_failover_and_stays_when_the_command_is_stopped()
    {
        await using var consul = await ConsulServer.StartAsync();
        using var register = Register(consul);
        register.Start();
        var former = await Cluster.PrimaryAsync();
        await SeeAsync(
            consul,
            Cluster.Keepers.Select(k => $"{k.Port} {(k == former ? "primary" : "standby")} passing"),
            CheckTime,
            "every instance is registered");

        await former.KillWithPostgresAsync();
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        var elected = System.Diagnostics.Stopwatch.StartNew();
        await SeeAsync(
            consul,
            Cluster.Others(former).Select(k => $"{k.Port} {(k == successor ? "primary" : "standby")} passing"),
            SwitchTime,
            "the successor alone is the primary, and passes");
        output.WriteLine($"the catalog names the new primary {elected.Elapsed.TotalSeconds:0.0} s after its election");

        Assert.Equal(0, await register.StopAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(2, (await ServicesAsync(consul)).Count);
        Assert.DoesNotContain("ERROR", register.Log, StringComparison.Ordinal);
    }

    private TestProcess Register(ConsulServer consul) => TestProcess.Prepare(
        "register",
        Cluster.Directory.Log("register"),
        [
            Programs.Ctl,
            "register",
            "--register-endpoints", consul.Endpoint,
            "--register-master",
            "--tag-master-as", "primary",
            "--tag-slave-as", "standby",
            "--sleep-interval", "1",
            .. ClusterParts.StoreOptions(Cluster.Store),
        ],
        Cluster.Store.Environment("stolonctl"));

    private static async Task SeeAsync(
        ConsulServer consul, IEnumerable<string> wanted, TimeSpan within, string because)
    {
        var text = string.Join("; ", wanted.Order(StringComparer.Ordinal));
        await Eventually.BeAsync(
            text, async () => string.Join("; ", await ServicesAsync(consul)), within, because);
    }

    /// <summary>Port, tags and state of each service of the cluster.</summary>
    private static async Task<IReadOnlyList<string>> ServicesAsync(ConsulServer consul) =>
    [
        .. (await consul.Api.GetAsync($"/v1/health/service/{ClusterParts.ClusterName}"))!.AsArray()
            .Select(Described)
            .Order(StringComparer.Ordinal),
    ];

    private static string Described(JsonNode? entry)
    {
        var service = entry!["Service"]!;
        var tags = string.Join(',', service["Tags"]!.AsArray().Select(t => $"{t}"));
        var check = entry["Checks"]!.AsArray().Single(c => $"{c!["CheckID"]}" == $"service:{service["ID"]}")!;
        return $"{service["Port"]} {tags} {check["Status"]}";
    }
}
