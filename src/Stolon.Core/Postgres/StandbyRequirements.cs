using System.Globalization;
using Stolon.Core.Common;

namespace Stolon.Core.Postgres;

/// <summary>Parameters that must not be lower on a standby than they were on its primary (manual, "Hot Standby",
/// Administrator's Overview): otherwise the standby does not start.</summary>
/// <remarks>When such a parameter is lowered, the primary must restart first, and its standbys after they have replayed
/// that change. A keeper whose standby keeps what its own data require gets this order without coordination.</remarks>
public static class StandbyRequirements
{
    private static readonly ValueMap<string, int> Defaults = ValueMap<string, int>.Empty
        .With("max_connections", 100)
        .With("max_worker_processes", 8)
        .With("max_wal_senders", 10)
        .With("max_prepared_transactions", 0)
        .With("max_locks_per_transaction", 64);

    public static IEnumerable<string> Parameters => Labels.Select(l => l.Parameter);

    /// <summary>The labels of pg_controldata.</summary>
    internal static ValueList<(string Parameter, string Label)> Labels { get; } =
    [
        ("max_connections", "max_connections setting"),
        ("max_worker_processes", "max_worker_processes setting"),
        ("max_wal_senders", "max_wal_senders setting"),
        ("max_prepared_transactions", "max_prepared_xacts setting"),
        ("max_locks_per_transaction", "max_locks_per_xact setting"),
    ];

    /// <summary>Raises the parameters to the minimums. A value that is not a plain number is left to
    /// PostgreSQL.</summary>
    public static ValueMap<string, string> Raise(
        ValueMap<string, string> parameters, ValueMap<string, int> minimums) =>
        minimums.Where(m => IsBelow(parameters, m.Key, m.Value)).Aggregate(
            parameters, (all, m) => all.With(m.Key, m.Value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Whether a running standby has lower values than its data require, because its primary restarted with
    /// higher ones. From PostgreSQL 14 on, replay then stops until a restart with sufficient values; before, the server
    /// ends.</summary>
    /// <param name="inForce">The running server's values; a missing one is not checked.</param>
    public static bool HasTooLittle(ValueMap<string, int> inForce, ValueMap<string, int> minimums) =>
        minimums.Any(m => inForce.TryGetValue(m.Key, out var value) && value < m.Value);

    private static bool IsBelow(ValueMap<string, string> parameters, string name, int minimum)
    {
        if (!parameters.TryGetValue(name, out var text))
        {
            return Defaults.TryGetValue(name, out var value) && value < minimum;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var desired)
            && desired < minimum;
    }
}
