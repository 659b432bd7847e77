using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Postgres.Configuration;

/// <summary>A running server's view of its configuration files on disk, and of the settings in force.</summary>
internal sealed record FileTrouble
{
    /// <summary>Reasons for the refused parameters, without those that wait for a restart.</summary>
    public ValueMap<string, string> Parameters { get; init; } = ValueMap<string, string>.Empty;

    /// <summary>Of the lines of our pg_hba.conf, from 1.</summary>
    public ValueMap<int, string> HbaLines { get; init; } = ValueMap<int, string>.Empty;

    /// <summary>Mistakes in files that we do not write: pg_ident.conf and included files.</summary>
    public ValueList<LeftOutEntry> Elsewhere { get; init; }

    /// <summary>The parameters that wait for a restart.</summary>
    public ValueList<string> Pending { get; init; }

    /// <summary>In force, in a new session.</summary>
    public string SynchronousStandbyNames { get; init; } = "";

    /// <summary>Text for the operator; it should never name an entry of ours.</summary>
    public IEnumerable<string> Reasons =>
        Parameters.Select(p => $"{p.Key}: {p.Value}")
            .Concat(HbaLines.Select(l => $"pg_hba.conf, line {l.Key}: {l.Value}"));
}
