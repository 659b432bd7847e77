using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Postgres;

/// <summary>The value of <c>synchronous_standby_names</c>.</summary>
/// <remarks>PostgreSQL manual, "synchronous_standby_names"; source: docs/spec/keeper.md 6.3.</remarks>
public static class SynchronousStandbyNames
{
    public const string Parameter = "synchronous_standby_names";

    /// <summary>Every named standby must confirm a commit: none → empty, one → its name, N → <c>N (a,b)</c>.</summary>
    /// <param name="standbys">Null: synchronous replication is off.</param>
    /// <param name="externals">Literal names after the standbys' own; null: none.</param>
    public static string Format(ValueList<InstanceUid>? standbys, ValueList<string>? externals)
    {
        IEnumerable<string> external = externals ?? [];
        string[] names = [.. (standbys ?? []).Select(ReplicationSlotName.Of), .. external];
        return names switch
        {
            [] => "",
            [var only] => only,
            _ => $"{names.Length} ({string.Join(',', names)})",
        };
    }
}
