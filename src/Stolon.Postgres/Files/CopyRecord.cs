using System.Text.Json.Serialization;

namespace Stolon.Postgres.Files;

/// <summary>Progress of the creation of a data directory.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CopyPhase>))]
internal enum CopyPhase
{
    /// <summary>The new parts are incomplete and ours, or do not exist yet.</summary>
    Filling,

    /// <summary>The new parts are complete and on disk.</summary>
    Whole,

    /// <summary>The old parts are being moved aside.</summary>
    Retiring,

    /// <summary>The new parts are being moved into place.</summary>
    Installing,

    /// <summary>Done; the old parts are kept.</summary>
    Installed,

    /// <summary>Done, and the server has started: the old parts are being deleted.</summary>
    Dropping,
}

/// <summary>Records where a data directory and its external parts are being created. It is written before any of them
/// is changed, so that the next run finds what an interrupted one left.</summary>
internal sealed record CopyRecord
{
    public CopyPhase Phase { get; init; }

    /// <summary>The instance to which the data belong; null: none.</summary>
    public string? Instance { get; init; }

    /// <summary>The data directory, without links in it.</summary>
    public required string Home { get; init; }

    /// <summary>Where it is created; null: in its final place.</summary>
    public string? New { get; init; }

    /// <summary>Where the old one goes; null: there is none.</summary>
    public string? Old { get; init; }

    /// <summary>The old one is kept for the operator; we do not delete it.</summary>
    public bool Aside { get; init; }

    /// <summary>Null: the links of the data directory are its own. Otherwise a restore created them, and no server has
    /// started on it yet: they may point to files of another server. Only the places listed here were ours
    /// before.</summary>
    public List<string>? Restored { get; init; }

    public List<SpacePlace> Spaces { get; init; } = [];

    /// <summary>Null: the WAL is in the data directory.</summary>
    public WalPlace? Wal { get; init; }

    /// <summary>Directories of ours with the data that were replaced.</summary>
    public List<string> Kept { get; init; } = [];

    /// <summary>Whether the target of such a link of the data directory may be moved or deleted.</summary>
    public bool Follows(string target) => Restored?.Contains(target) != false;

    /// <summary>Our directories in which something is, or was, being created.</summary>
    [JsonIgnore]
    public IEnumerable<string> NewParts =>
        new[] { New, Wal?.New }.OfType<string>().Concat(Spaces.Select(s => s.New));
}

/// <summary>A tablespace's directory on this host. PostgreSQL makes one directory <c>PG_version_catalog</c> in
/// it.</summary>
internal sealed record SpacePlace
{
    public required string Oid { get; init; }

    /// <summary>Its location on the source; null: the source has none with this oid, only the old data do.</summary>
    public required string? Source { get; init; }

    /// <summary>Its location on this host.</summary>
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
