using System.Globalization;
using Stolon.Core.Common;

namespace Stolon.Core.Postgres;

/// <summary>The parameters that the keeper sets, and the resulting parameters of an instance.</summary>
/// <remarks>Source: docs/spec/cluster-specification.md 7, docs/spec/keeper.md 6.1.</remarks>
public static class ManagedParameters
{
    private const string WalLevel = "wal_level";
    private const string WalKeepSegments = "wal_keep_segments";
    private const string WalKeepSize = "wal_keep_size";

    /// <summary>Segments (16 MiB each) kept for standbys even without a slot; the user may set more.</summary>
    private const int MinWalKeepSegments = 8;

    /// <summary>MiB: the same amount in the unit of PostgreSQL 13 and later; the user may set any value.</summary>
    private const string DefaultWalKeepSizeMegabytes = "128";

    /// <summary>Keepers never report these, so they are never merged; <c>wal_level</c> is not among them.</summary>
    public static ValueList<string> Names { get; } =
    [
        "unix_socket_directories",
        WalKeepSegments,
        WalKeepSize,
        "hot_standby",
        "listen_addresses",
        "port",
        "max_replication_slots",
        "max_wal_senders",
        "wal_log_hints",
        "synchronous_standby_names",
        "primary_conninfo",
        "primary_slot_name",
        "recovery_min_apply_delay",
        "restore_command",
        "recovery_target_timeline",
        "recovery_target",
        "recovery_target_lsn",
        "recovery_target_name",
        "recovery_target_time",
        "recovery_target_xid",
        "recovery_target_action",
    ];

    private static readonly string[] Owned =
    [
        "unix_socket_directories", WalLevel, "hot_standby", "listen_addresses", "port", "max_replication_slots",
        "max_wal_senders", "synchronous_standby_names", "recovery_target_timeline",
    ];

    /// <summary>Whether only the keeper sets this parameter of <see cref="Effective"/>. Such a parameter must be in
    /// force. One that the operator may choose, within limits or freely, can be left out.</summary>
    public static bool IsOwned(string name) => Owned.Contains(name);

    /// <summary>Removes the managed parameters: the rest is what a keeper reports of its configuration files.</summary>
    public static ValueMap<string, string> Remove(ValueMap<string, string> parameters) =>
        parameters.Where(p => !Names.Contains(p.Key)).ToValueMap();

    /// <summary>The parameters to write: those found at initialization, then the user's, then ours; later ones
    /// override.</summary>
    public static ValueMap<string, string> Effective(ManagedParameterInputs inputs)
    {
        var requested = Overlay(inputs.Initial ?? ValueMap<string, string>.Empty, inputs.User);
        var effective = requested
            .With("unix_socket_directories", inputs.UnixSocketDirectory)
            .With(WalLevel, WalLevelFor(inputs.Version, Value(requested, WalLevel)))
            .With("hot_standby", "on")
            .With("listen_addresses", inputs.ListenAddress)
            .With("port", inputs.Port)
            .With("max_replication_slots", inputs.MaxStandbys.ToString())
            .With("max_wal_senders", MaxWalSenders(inputs).ToString())
            .With("synchronous_standby_names", inputs.SynchronousStandbyNames);
        effective = WithWalKept(effective, inputs.Version, requested);
        return inputs.UsePgRewind ? effective.With("wal_log_hints", "on") : effective;
    }

    /// <summary>Both maps merged; the values of <paramref name="upper"/> override.</summary>
    internal static ValueMap<string, string> Overlay(ValueMap<string, string> lower, ValueMap<string, string> upper) =>
        upper.Aggregate(lower, (all, p) => all.With(p.Key, p.Value));

    // The name is "replica" since 9.6; later versions still accept "hot_standby".
    private static string WalLevelFor(PostgresVersion version, string? requested) =>
        requested == "logical" ? "logical" : version.AtLeast(9, 6) ? "replica" : "hot_standby";

    // Sic: 16 bits with overflow, as in docs/spec/cluster-specification.md 7; the cluster's other keepers do the same.
    private static ushort MaxWalSenders(ManagedParameterInputs inputs) =>
        unchecked((ushort)((2 * inputs.MaxStandbys) + 2 + inputs.AdditionalWalSenders));

    private static ValueMap<string, string> WithWalKept(
        ValueMap<string, string> parameters, PostgresVersion version, ValueMap<string, string> requested)
    {
        if (!version.IsKnown)
        {
            return parameters;
        }

        // PostgreSQL does not start with the other version's name, for instance after a major upgrade.
        return version.AtLeast(13)
            ? parameters.Without(WalKeepSegments)
                .With(WalKeepSize, Value(requested, WalKeepSize) ?? DefaultWalKeepSizeMegabytes)
            : parameters.Without(WalKeepSize).With(WalKeepSegments, SegmentsFor(Value(requested, WalKeepSegments)));
    }

    private static string SegmentsFor(string? requested) =>
        long.TryParse(requested, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var segments)
            ? Math.Max(MinWalKeepSegments, segments).ToString()
            : MinWalKeepSegments.ToString();

    private static string? Value(ValueMap<string, string> parameters, string name) =>
        parameters.TryGetValue(name, out var value) ? value : null;
}

/// <summary>The input for the parameters of an instance.</summary>
public sealed record ManagedParameterInputs
{
    /// <summary>May be unknown; then the values are valid for every version.</summary>
    public required PostgresVersion Version { get; init; }

    /// <summary>Parameters found at initialization; null once initialization is over (docs/spec/keeper.md
    /// 6.1).</summary>
    public ValueMap<string, string>? Initial { get; init; }

    /// <summary>The specification's <c>pgParameters</c>, unchecked.</summary>
    public required ValueMap<string, string> User { get; init; }

    /// <summary>In the form of <c>listen_addresses</c>, <c>*</c> included.</summary>
    public required string ListenAddress { get; init; }

    public required string Port { get; init; }

    /// <summary>The value of <c>unix_socket_directories</c>.</summary>
    public required string UnixSocketDirectory { get; init; }

    public required ushort MaxStandbys { get; init; }

    public required ushort AdditionalWalSenders { get; init; }

    public required bool UsePgRewind { get; init; }

    /// <summary>See <see cref="Postgres.SynchronousStandbyNames"/>; empty: synchronous replication is off.</summary>
    public required string SynchronousStandbyNames { get; init; }
}
