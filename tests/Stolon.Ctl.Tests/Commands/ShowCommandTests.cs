using System.Text;
using Stolon.Hosting;
using Stolon.Testing;
using Stolon.Wire;
using Xunit;

namespace Stolon.Ctl.Tests.Commands;

/// <summary>Commands that show, and <c>clusterdata write</c>, which takes what <c>read</c> has shown.</summary>
public sealed class ShowCommandTests : IDisposable
{
    private const string Moment = "21-rejoined";

    private readonly CtlRunner _ctl = new();

    public void Dispose() => _ctl.Dispose();

    [Fact]
    public async Task Status_shows_what_the_original_shows()
    {
        await LoadGoldenAsync();
        Assert.Equal(Shown("status.txt"), await _ctl.RunAsync("status"));
        Assert.Equal(Shown("status.txt"), await _ctl.RunAsync("status", "-f", "text"));
        Assert.Equal(Shown("status.json"), await _ctl.RunAsync("status", "-f", "json"));
        Assert.Equal(1, (await _ctl.RunAsync("status", "-f", "yaml")).Code);
    }

    [Fact]
    public async Task Status_without_a_cluster_is_an_error_but_not_for_scripts()
    {
        Assert.Equal(CtlResult.Refused("no cluster data available"), await _ctl.RunAsync("status"));
        Assert.Equal(
            new CtlResult(0, "{}\n", "no cluster data available\n"), await _ctl.RunAsync("status", "-f", "json"));
    }

    [Fact]
    public async Task Spec_shows_what_the_original_shows()
    {
        await LoadGoldenAsync();
        Assert.Equal(Shown("spec.json"), await _ctl.RunAsync("spec"));
        Assert.Equal(Shown("spec-defaults.json"), await _ctl.RunAsync("spec", "--defaults"));
    }

    [Fact]
    public async Task Cluster_data_moves_to_another_store()
    {
        await LoadGoldenAsync();
        var document = GoldenDocuments.Text(Moment + "/clusterdata.json");
        Assert.Equal(new CtlResult(0, document + "\n", ""), await _ctl.RunAsync("clusterdata", "read"));

        using var other = new CtlRunner();
        Assert.Equal(
            new CtlResult(0, "successfully wrote cluster data into the new store\n", ""),
            await other.RunAsync(document, ["clusterdata", "write"]));
        Assert.Equal(await _ctl.DataAsync(), await other.DataAsync());
    }

    [Fact]
    public async Task Pretty_cluster_data_is_the_same_document_indented()
    {
        await LoadGoldenAsync();
        var shown = await _ctl.RunAsync("clusterdata", "read", "--pretty");
        Assert.StartsWith("{\n\t\"formatVersion\": 1,\n\t\"changeTime\": ", shown.Output, StringComparison.Ordinal);
        Assert.Equal(await _ctl.DataAsync(), WireFormat.ReadClusterData(Encoding.UTF8.GetBytes(shown.Output)));
    }

    [Fact]
    public async Task Cluster_data_is_overwritten_only_on_demand()
    {
        await LoadGoldenAsync();
        var other = GoldenDocuments.Text("10-steady/clusterdata.json");
        Assert.Equal(
            CtlResult.Refused("WARNING: cluster data already available use --yes to override"),
            await _ctl.RunAsync(other, ["clusterdata", "write"]));
        Assert.Equal(
            new CtlResult(
                0,
                "WARNING: The current cluster data will be removed\n"
                + "successfully wrote cluster data into the new store\n",
                ""),
            await _ctl.RunAsync(other, ["clusterdata", "write", "-y", "-f", "-"]));
        Assert.Equal(WireFormat.ReadClusterData(Encoding.UTF8.GetBytes(other)), await _ctl.DataAsync());
    }

    [Theory]
    [InlineData("", "invalid cluster data: not valid JSON")]
    [InlineData("null", "invalid cluster data: is null")]
    [InlineData("{}", "invalid cluster data: unsupported clusterdata format version 0")]
    [InlineData("""{"formatVersion":1,"changeTime":5}""", "invalid cluster data: changeTime: must be a time")]
    public async Task Cluster_data_that_is_none_is_refused(string document, string error)
    {
        var result = await _ctl.RunAsync(document, ["clusterdata", "write"]);
        Assert.Equal(1, result.Code);
        Assert.StartsWith(error, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_not_to_be_acted_on_is_an_error_for_every_command()
    {
        await _ctl.WriteAsync(CtlRunner.Paths.ClusterData, """{"formatVersion":2}""");
        foreach (var command in new[] { "spec", "status", "promote" })
        {
            Assert.Equal(
                CtlResult.Refused("cluster data: unsupported clusterdata format version 2"),
                command == "promote" ? await _ctl.RunAsync(command, "-y") : await _ctl.RunAsync(command));
        }
    }

    [Fact]
    public async Task Version_needs_no_options()
    {
        var result = await _ctl.RunBareAsync("", ["version"]);
        Assert.Equal(new CtlResult(0, $"stolonctl version {ProgramVersion.Text}\n", ""), result);
        Assert.Equal(result, await _ctl.RunBareAsync("", ["--version"]));
    }

    [Fact]
    public async Task Every_other_command_needs_them()
    {
        Assert.Equal(CtlResult.Refused("cluster name required"), await _ctl.RunBareAsync("", ["status"]));
        Assert.Equal(
            CtlResult.Refused("store backend type required"),
            await _ctl.RunBareAsync("", ["status", "--cluster-name", "c"]));
    }

    [Fact]
    public async Task Alone_it_prints_its_help()
    {
        var help = await _ctl.RunBareAsync("", []);
        Assert.Equal(0, help.Code);
        Assert.Contains("removekeeper", help.Output, StringComparison.Ordinal);
        Assert.Contains("read ", (await _ctl.RunBareAsync("", ["clusterdata"])).Output, StringComparison.Ordinal);
        Assert.Equal(1, (await _ctl.RunBareAsync("", ["unknown"])).Code);
    }

    private static CtlResult Shown(string file) => new(0, GoldenDocuments.Text($"{Moment}/{file}"), "");

    private async Task LoadGoldenAsync()
    {
        await _ctl.WriteAsync(
            CtlRunner.Paths.ClusterData, GoldenDocuments.Bytes(Moment + "/clusterdata.json"));
        foreach (var kind in new[] { "keepers", "proxies", "sentinels" })
        {
            foreach (var path in GoldenDocuments.Reports(Moment, kind))
            {
                var key = $"{CtlRunner.Paths.Base}/{kind}/info/{Path.GetFileNameWithoutExtension(path)}";
                await _ctl.WriteAsync(key, GoldenDocuments.Bytes(path));
            }
        }

        await _ctl.WriteAsync(CtlRunner.Paths.SentinelLeader + "/1", GoldenDocuments.Leader(Moment)!);
    }
}
