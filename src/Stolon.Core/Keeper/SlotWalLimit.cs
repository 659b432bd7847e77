using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Limits the WAL that replication slots keep in a new cluster. PostgreSQL's default has no limit, so an
/// unused slot can fill the disk.</summary>
/// <remarks>Applies only to clusters created by initdb. The parameters found at initialization, this one included,
/// become the cluster's (mergePgParameters). A value set by the operator wins. Existing clusters do not
/// change.</remarks>
internal static class SlotWalLimit
{
    public const string Parameter = "max_slot_wal_keep_size";

    /// <summary>In MiB; as much as wal_keep_size keeps without a slot.</summary>
    private const long MinMegabytes = 128;

    /// <summary>The configuration for the first start of a new cluster.</summary>
    public static ServerConfiguration For(KeeperView view, Instance instance, ServerConfiguration configuration) =>
        instance.Spec.IncludePreviousConfig
        && view.Observation.Version.AtLeast(13)
        && view.Observation.WalDisk is { } disk
        && !configuration.Parameters.ContainsKey(Parameter)
            ? configuration with { Parameters = configuration.Parameters.With(Parameter, Value(disk)) }
            : configuration;

    /// <summary>A third of the disk, but at most half of the free space.</summary>
    private static string Value(DiskSpace disk) =>
        $"{Math.Max(MinMegabytes, Math.Min(disk.TotalBytes / 3, disk.FreeBytes / 2) >> 20)}MB";
}
