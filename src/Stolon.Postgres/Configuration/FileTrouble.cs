using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Postgres.Configuration;

/// <summary>What a running server says of its configuration files as they are on disk, and of what is in
/// force.</summary>
internal sealed record FileTrouble
{
    /// <summary>Of the parameters it would not take, the reasons; not of those that wait for a restart.</summary>
    public ValueMap<string, string> Parameters { get; init; } = ValueMap<string, string>.Empty;

    /// <summary>Of the lines of our pg_hba.conf, from 1.</summary>
    public ValueMap<int, string> HbaLines { get; init; } = ValueMap<int, string>.Empty;

    /// <summary>What stands in files that are not ours to mend: pg_ident.conf, and what is included.</summary>
    public ValueList<LeftOutEntry> Elsewhere { get; init; }

    /// <summary>The parameters that wait for a restart.</summary>
    public ValueList<string> Pending { get; init; }

    /// <summary>In force, in a new session.</summary>
    public string SynchronousStandbyNames { get; init; } = "";

    /// <summary>For people; nothing of ours should ever be in it.</summary>
    public IEnumerable<string> Reasons =>
        Parameters.Select(p => $"{p.Key}: {p.Value}")
            .Concat(HbaLines.Select(l => $"pg_hba.conf, line {l.Key}: {l.Value}"));
}
