using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>How much WAL replication slots may keep in a new cluster: PostgreSQL's default is all the disk
/// has.</summary>
/// <remarks>Only for what is made anew by initdb. The parameters found at the initialisation become the cluster's
/// (mergePgParameters), this one with them; a value of the operator's stands. Clusters that exist are not
/// touched.</remarks>
internal static class SlotWalLimit
{
    public const string Parameter = "max_slot_wal_keep_size";

    /// <summary>MiB: what wal_keep_size keeps without any slot.</summary>
    private const long Least = 128;

    /// <summary>The configuration of a new cluster's first start.</summary>
    public static ServerConfiguration For(KeeperView view, Instance instance, ServerConfiguration configuration) =>
        instance.Spec.IncludePreviousConfig
        && view.Observation.Version.AtLeast(13)
        && view.Observation.WalDisk is { } disk
        && !configuration.Parameters.ContainsKey(Parameter)
            ? configuration with { Parameters = configuration.Parameters.With(Parameter, Value(disk)) }
            : configuration;

    /// <summary>A third of the disk; of one that others use too, half of what is left.</summary>
    private static string Value(DiskSpace disk) =>
        $"{Math.Max(Least, Math.Min(disk.TotalBytes / 3, disk.FreeBytes / 2) >> 20)}MB";
}
