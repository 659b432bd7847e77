namespace Stolon.Hosting.Metrics;

/// <summary>Metrics of the process, with the names that Prometheus' client libraries use, and of its
/// runtime.</summary>
internal static class ProcessMetrics
{
    public static IEnumerable<MetricFamily> Read()
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        yield return MetricFamily.Counter(
            "process_cpu_seconds_total", "User and system CPU time spent in seconds",
            process.TotalProcessorTime.TotalSeconds);
        yield return MetricFamily.Gauge(
            "process_resident_memory_bytes", "Resident memory size in bytes", process.WorkingSet64);
        yield return MetricFamily.Gauge(
            "process_virtual_memory_bytes", "Virtual memory size in bytes", process.VirtualMemorySize64);
        yield return MetricFamily.Gauge(
            "process_open_fds", "Open file descriptors", Directory.EnumerateFileSystemEntries("/proc/self/fd").Count());
        yield return MetricFamily.Gauge(
            "process_start_time_seconds", "Unix time at which the process started",
            new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        yield return MetricFamily.Gauge("dotnet_threads", "Threads of the process", process.Threads.Count);
        yield return MetricFamily.Gauge(
            "dotnet_thread_pool_threads", "Threads of the thread pool", ThreadPool.ThreadCount);
        yield return MetricFamily.Gauge(
            "dotnet_gc_heap_size_bytes", "Managed memory in use", GC.GetTotalMemory(forceFullCollection: false));
        yield return MetricFamily.Counter(
            "dotnet_gc_allocated_bytes_total", "Managed memory allocated since the start", GC.GetTotalAllocatedBytes());
        yield return new MetricFamily
        {
            Name = "dotnet_gc_collections_total",
            Help = "Garbage collections since the start",
            IsCounter = true,
            Series = [.. Enumerable.Range(0, GC.MaxGeneration + 1)
                .Select(g => new MetricSeries([new MetricLabel("generation", $"{g}")], GC.CollectionCount(g)))],
        };
        yield return new MetricFamily
        {
            Name = "dotnet_info",
            Help = "Always 1; the runtime's version",
            Series = [new MetricSeries([new MetricLabel("version", $"{Environment.Version}")], 1)],
        };
    }
}
