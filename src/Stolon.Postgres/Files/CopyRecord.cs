using System.Text.Json.Serialization;

namespace Stolon.Postgres.Files;

/// <summary>How far the making of a data directory has got.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CopyPhase>))]
internal enum CopyPhase
{
    /// <summary>The new parts are half-made and ours, or nothing is there yet.</summary>
    Filling,

    /// <summary>The new parts are whole and on disk.</summary>
    Whole,

    /// <summary>The old parts are being moved aside.</summary>
    Retiring,

    /// <summary>The new parts are being moved into place.</summary>
    Installing,

    /// <summary>Done; the old parts are kept.</summary>
    Installed,

    /// <summary>Done, and proved: the old parts are being deleted.</summary>
    Dropping,
}

/// <summary>Where a data directory is being made, with what lies elsewhere; written before anything of it is touched,
/// so that whatever breaks off is found by the next run.</summary>
internal sealed record CopyRecord
{
    public CopyPhase Phase { get; init; }

    /// <summary>Whose data; null: nobody's.</summary>
    public string? Instance { get; init; }

    /// <summary>The data directory, without links in it.</summary>
    public required string Home { get; init; }

    /// <summary>Where it is made; null: in its place.</summary>
    public string? New { get; init; }

    /// <summary>Where the old one goes; null: there is none.</summary>
    public string? Old { get; init; }

    /// <summary>The old one is for the operator, and not deleted by us.</summary>
    public bool Aside { get; init; }

    /// <summary>Null: the links of the data directory are its own. Else a restore has brought them, which has not
    /// proved itself: they may lead to what another server uses. Only these places were ours before.</summary>
    public List<string>? Restored { get; init; }

    public List<SpacePlace> Spaces { get; init; } = [];

    /// <summary>Null: the WAL is in the data directory.</summary>
    public WalPlace? Wal { get; init; }

    /// <summary>Directories of ours with the data that were replaced.</summary>
    public List<string> Kept { get; init; } = [];

    /// <summary>Whether what such a link of the data directory leads to may be moved or deleted.</summary>
    public bool Follows(string target) => Restored?.Contains(target) != false;

    /// <summary>Directories of ours in which something is, or was, being made.</summary>
    [JsonIgnore]
    public IEnumerable<string> NewParts =>
        new[] { New, Wal?.New }.OfType<string>().Concat(Spaces.Select(s => s.New));
}

/// <summary>A tablespace's directory on this host. PostgreSQL makes one directory <c>PG_version_catalog</c> in
/// it.</summary>
internal sealed record SpacePlace
{
    public required string Oid { get; init; }

    /// <summary>Where it is at the source; null: it has none of this oid, so that only the old data have it.</summary>
    public required string? Source { get; init; }

    /// <summary>Where it is here.</summary>
    public required string Home { get; init; }

    public required string New { get; init; }

    public required string Old { get; init; }

    /// <summary>The data directory that was here before has a link to it: what PostgreSQL made in it is ours.</summary>
    public bool Ours { get; init; }
}

/// <summary>A WAL directory outside of the data directory.</summary>
internal sealed record WalPlace
{
    public required string Home { get; init; }

    public required string New { get; init; }

    public required string Old { get; init; }

    /// <inheritdoc cref="SpacePlace.Ours"/>
    public bool Ours { get; init; }
}

/// <summary>The record's file as JSON.</summary>
[JsonSourceGenerationOptions(WriteIndented = true)]
[JsonSerializable(typeof(CopyRecord))]
internal sealed partial class CopyJson : JsonSerializerContext;
