using System.Diagnostics.Metrics;
using Stolon.Hosting.Metrics;

namespace Stolon.Hosting.Tests.Metrics;

public sealed class MetricsCollectorTests
{
    [Fact]
    public void All_metrics_of_the_keeper_are_there_from_the_start()
    {
        using var collector = new MetricsCollector();
        StolonMetrics.Declare(collector, "keeper", "my\"cluster");
        var lines = Lines(collector);
        Assert.Contains("stolon_cluster_identifier{cluster_name=\"my\\\"cluster\",component=\"keeper\"} 1", lines);
        Assert.Contains("stolon_keeper_clusterdata_last_valid_update_seconds 0", lines);
        Assert.Contains("stolon_keeper_target_role{role=\"undefined\"} 0", lines);
        Assert.Contains("stolon_keeper_target_role{role=\"master\"} 0", lines);
        Assert.Contains("stolon_keeper_local_role{role=\"standby\"} 0", lines);
        Assert.Contains("stolon_keeper_postgres_state{state=\"unobserved_serving\"} 0", lines);
        Assert.Contains("stolon_keeper_write_problem 0", lines);
        Assert.Contains("stolon_keeper_needs_reload 0", lines);
        Assert.Contains("stolon_keeper_needs_restart 0", lines);
        Assert.Contains("stolon_keeper_last_sync_success_seconds 0", lines);
        Assert.Contains("stolon_keeper_sleep_interval 0", lines);
        Assert.Contains("stolon_keeper_shutdown_seconds 0", lines);
        Assert.Contains("# TYPE stolon_keeper_sleep_interval gauge", lines);
    }

    [Fact]
    public void All_metrics_of_the_sentinel_are_there_from_the_start()
    {
        using var collector = new MetricsCollector();
        StolonMetrics.Declare(collector, "sentinel", "c");
        var lines = Lines(collector);
        Assert.Contains("stolon_sentinel_last_cluster_check_success_seconds 0", lines);
        Assert.Contains("stolon_sentinel_is_leader 0", lines);
        Assert.Contains("stolon_sentinel_leader_count 0", lines);
        Assert.Contains("stolon_sentinel_refused_decisions 0", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("stolon_keeper", StringComparison.Ordinal));
    }

    [Fact]
    public void Series_that_an_observable_instrument_speaks_of_no_more_are_gone()
    {
        using var collector = new MetricsCollector();
        using var meter = new Meter("Stolon.Forwarding");
        List<string> destinations = ["10.0.0.1:5432", "10.0.0.2:5432"];
        meter.CreateObservableUpDownCounter("stolon_proxy_destination_connections", () => destinations.Select(
            d => new Measurement<long>(7, new KeyValuePair<string, object?>("destination", d))));
        Assert.Contains("stolon_proxy_destination_connections{destination=\"10.0.0.1:5432\"} 7", Lines(collector));

        destinations.RemoveAt(0);

        var lines = Lines(collector);
        Assert.DoesNotContain(lines, l => l.Contains("10.0.0.1", StringComparison.Ordinal));
        Assert.Contains("stolon_proxy_destination_connections{destination=\"10.0.0.2:5432\"} 7", lines);
        destinations.Clear();
        Assert.DoesNotContain(Lines(collector), l => l.Contains("destination_connections", StringComparison.Ordinal));
    }

    [Fact]
    public void Instruments_set_the_declared_series()
    {
        using var collector = new MetricsCollector();
        StolonMetrics.Declare(collector, "keeper", "c");
        using var meter = new Meter("Stolon.Keeper");
        meter.CreateGauge<long>("stolon_keeper_sleep_interval").Record(5);
        meter.CreateGauge<int>("stolon_keeper_local_role")
            .Record(1, new KeyValuePair<string, object?>("role", "primary"));
        meter.CreateObservableGauge("stolon_keeper_last_sync_success_seconds", () => 1_700_000_000.25);
        var counter = meter.CreateCounter<long>("stolon_tries_total", description: "tries");
        counter.Add(1);
        counter.Add(2);
        var lines = Lines(collector);
        Assert.Contains("stolon_keeper_sleep_interval 5", lines);
        Assert.Contains("stolon_keeper_local_role{role=\"master\"} 1", lines);
        Assert.Contains("stolon_keeper_local_role{role=\"standby\"} 0", lines);
        Assert.Contains("stolon_keeper_last_sync_success_seconds 1700000000.25", lines);
        Assert.Contains("# HELP stolon_tries_total tries", lines);
        Assert.Contains("# TYPE stolon_tries_total counter", lines);
        Assert.Contains("stolon_tries_total 3", lines);
    }

    [Fact]
    public void Meters_of_others_are_left_out()
    {
        using var collector = new MetricsCollector();
        using var meter = new Meter("Npgsql");
        meter.CreateGauge<long>("foreign").Record(5);
        Assert.DoesNotContain(Lines(collector), l => l.StartsWith("foreign", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("process_cpu_seconds_total")]
    [InlineData("process_resident_memory_bytes")]
    [InlineData("process_open_fds")]
    [InlineData("process_start_time_seconds")]
    [InlineData("dotnet_gc_heap_size_bytes")]
    [InlineData("dotnet_thread_pool_threads")]
    public void The_process_itself_is_measured(string name)
    {
        using var collector = new MetricsCollector();
        var line = Assert.Single(Lines(collector), l => l.StartsWith(name + " ", StringComparison.Ordinal));
        Assert.True(double.Parse(line.Split(' ')[1]) > 0, line);
    }

    private static string[] Lines(MetricsCollector collector) => collector.Render().Split('\n');
}
