using System.Security.Cryptography;
using System.Text;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>Where the parts of a data directory that lie elsewhere are, and where new and old ones go
/// meanwhile.</summary>
/// <remarks>Into a directory of our own in the very location: it may be a mount point, and its parent another
/// user's.</remarks>
internal sealed class CopyPlaces(DataDirectory directory, PostgresVersion version, string? walOption)
{
    /// <summary>How the names of our own directories in these places begin.</summary>
    public const string Prefix = "stolon-";

    private readonly string _wal = DataDirectoryLayout.WalDirectory(version);

    /// <summary>The directories PostgreSQL of this version makes in a tablespace's location.</summary>
    public static string CatalogPattern(PostgresVersion version) =>
        version.AtLeast(10) ? $"PG_{version.Major}_*" : $"PG_{version}_*";

    /// <param name="source">Tablespaces of the source, by oid.</param>
    /// <param name="known">What is recorded; null: nothing.</param>
    public List<SpacePlace> Spaces(IEnumerable<(string Oid, string Location)> source, CopyRecord? known)
    {
        var links = directory.TablespaceLinks();
        return [.. source.Select(s => Space(
            s.Oid, s.Location, links.GetValueOrDefault(s.Oid), known?.Spaces.Find(k => k.Oid == s.Oid)))];
    }

    /// <summary>Those of the data directory that is here.</summary>
    public List<SpacePlace> OwnSpaces() =>
        [.. directory.TablespaceLinks().Select(l => Space(l.Key, l.Value, l.Value, null))];

    /// <summary>As the option says, or as it was before, or as it was before what was emptied; null: in the data
    /// directory.</summary>
    public WalPlace? Wal(CopyRecord? known)
    {
        var link = OwnWal();
        return (walOption ?? link ?? known?.Wal?.Home) is { } home ? Wal(home, link == home) : null;
    }

    /// <summary>That of the data directory that is here; null: it is in it.</summary>
    public WalPlace? LinkedWal() => OwnWal() is { } home ? Wal(home, ours: true) : null;

    private string? OwnWal() => Trees.TargetOf(directory.File(_wal));

    private SpacePlace Space(string oid, string source, string? link, SpacePlace? known)
    {
        var home = link ?? known?.Home ?? source;
        return new SpacePlace
        {
            Oid = oid,
            Source = source,
            Home = home,
            New = Path.Combine(home, Own(".new")),
            Old = Path.Combine(home, Own(".old")),
            Ours = link is not null,
        };
    }

    private WalPlace Wal(string home, bool ours) => new()
    {
        Home = home,
        New = Path.Combine(home, Own(".new")),
        Old = Path.Combine(home, Own(".old")),
        Ours = ours,
    };

    // Two keepers of one host may have a location in common.
    private string Own(string suffix) =>
        $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory.Path)))[..8]}{suffix}";
}
