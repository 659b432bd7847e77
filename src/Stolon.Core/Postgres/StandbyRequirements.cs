using System.Globalization;
using Stolon.Core.Common;

namespace Stolon.Core.Postgres;

/// <summary>Parameters of which a standby must not have less than its primary had (manual, "Hot Standby",
/// Administrator's Overview): with less it does not start.</summary>
/// <remarks>When such a parameter is lowered, the primary has to restart first, and its standbys when they have
/// replayed that it did. A keeper whose standby keeps what its own data require gets this order without asking
/// anybody.</remarks>
public static class StandbyRequirements
{
    private static readonly ValueMap<string, int> _defaults = ValueMap<string, int>.Empty
        .With("max_connections", 100)
        .With("max_worker_processes", 8)
        .With("max_wal_senders", 10)
        .With("max_prepared_transactions", 0)
        .With("max_locks_per_transaction", 64);

    /// <summary>Their names.</summary>
    public static IEnumerable<string> Parameters => Labels.Select(l => l.Parameter);

    /// <summary>How pg_controldata calls them.</summary>
    internal static ValueList<(string Parameter, string Label)> Labels { get; } =
    [
        ("max_connections", "max_connections setting"),
        ("max_worker_processes", "max_worker_processes setting"),
        ("max_wal_senders", "max_wal_senders setting"),
        ("max_prepared_transactions", "max_prepared_xacts setting"),
        ("max_locks_per_transaction", "max_locks_per_xact setting"),
    ];

    /// <summary>The parameters with none of these below what the data require. A value that is no plain number is left
    /// to PostgreSQL.</summary>
    public static ValueMap<string, string> Raise(
        ValueMap<string, string> parameters, ValueMap<string, int> minimums) =>
        minimums.Where(m => IsBelow(parameters, m.Key, m.Value)).Aggregate(
            parameters, (all, m) => all.With(m.Key, m.Value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>Whether a running standby has less than its data require: its primary was restarted with more. From
    /// PostgreSQL 14 on it then stops replaying, and goes on only when it is restarted with enough; before, it
    /// ends.</summary>
    /// <param name="inForce">Of the running server; what is not in it is not judged.</param>
    public static bool HasTooLittle(ValueMap<string, int> inForce, ValueMap<string, int> minimums) =>
        minimums.Any(m => inForce.TryGetValue(m.Key, out var value) && value < m.Value);

    private static bool IsBelow(ValueMap<string, string> parameters, string name, int minimum)
    {
        if (!parameters.TryGetValue(name, out var text))
        {
            return _defaults.TryGetValue(name, out var value) && value < minimum;
        }

        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var desired)
            && desired < minimum;
    }
}
