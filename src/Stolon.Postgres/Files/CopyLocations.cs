using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Stolon.Core.Common;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>Where the external parts of a data directory (tablespaces, WAL) are, and where new and old ones are kept
/// during an operation.</summary>
/// <remarks>We use our own directory inside the location, because the location may be a mount point whose parent
/// belongs to another user.</remarks>
internal sealed partial class CopyLocations(DataDirectory directory, PostgresVersion version, string? walOption)
{
    /// <summary>Prefix of the names of our own directories in these locations.</summary>
    public const string Prefix = "stolon-";

    private readonly string _wal = DataDirectoryLayout.WalDirectory(version);

    /// <summary>The directories PostgreSQL of this version makes in a tablespace's location.</summary>
    public static string CatalogPattern(PostgresVersion version) =>
        version.AtLeast(10) ? $"PG_{version.Major}_*" : $"PG_{version}_*";

    /// <summary>The tablespaces of a source, and those that only the local data directory has: the latter are removed
    /// with it.</summary>
    /// <param name="source">Tablespaces of the source, by oid.</param>
    /// <param name="known">The current record; null: none.</param>
    public List<SpacePlace> Spaces(ValueList<(string Oid, string Location)> source, CopyRecord? known)
    {
        var links = Links(known);
        return
        [
            .. source.Select(s => Space(
                s.Oid, s.Location, links.GetValueOrDefault(s.Oid), known?.Spaces.Find(k => k.Oid == s.Oid))),
            .. OwnSpaces(known).Where(o => !source.Any(s => s.Oid == o.Oid)),
        ];
    }

    /// <summary>The tablespaces of the local data directory.</summary>
    public List<SpacePlace> OwnSpaces(CopyRecord? known) =>
        [.. Links(known).Select(l => Space(l.Key, null, l.Value, null))];

    /// <summary>From the option, else as it was before, else as it was before the directory was emptied; null: in the
    /// data directory.</summary>
    public WalPlace? Wal(CopyRecord? known)
    {
        var link = OwnWal(known);
        return (walOption ?? HomeOf(link) ?? known?.Wal?.Home) is { } home ? Wal(home, link == home) : null;
    }

    /// <summary>The WAL directory of the local data directory; null: inside it.</summary>
    public WalPlace? LinkedWal(CopyRecord? known) =>
        OwnWal(known) is { } link ? Wal(HomeOf(link)!, link == HomeOf(link)) : null;

    private string? OwnWal(CopyRecord? known) =>
        DirectoryTrees.TargetOf(directory.File(_wal)) is { } target && known?.Follows(target) != false ? target : null;

    private Dictionary<string, string> Links(CopyRecord? known) => directory.TablespaceLinks()
        .Where(l => known?.Follows(l.Value) != false)
        .ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal);

    /// <summary>The final location of a part to which such a link points. pg_basebackup links to where it writes, and
    /// after it was killed, the links still point there: an incomplete directory is not a final location.</summary>
    private static string? HomeOf(string? target)
    {
        while (target is not null && Unfinished().IsMatch(Path.GetFileName(target)))
        {
            target = Path.GetDirectoryName(target);
        }

        return target;
    }

    private SpacePlace Space(string oid, string? source, string? link, SpacePlace? known)
    {
        var home = HomeOf(link) ?? known?.Home ?? source!;
        return new SpacePlace
        {
            Oid = oid,
            Source = source,
            Home = home,
            New = Path.Combine(home, Own(".new")),
            Old = Path.Combine(home, Own(".old")),
            Ours = link == home,
        };
    }

    private WalPlace Wal(string home, bool ours) => new()
    {
        Home = home,
        New = Path.Combine(home, Own(".new")),
        Old = Path.Combine(home, Own(".old")),
        Ours = ours,
    };

    // Two keepers of one host may share a location.
    private string Own(string suffix) =>
        $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory.Path)))[..8]}{suffix}";

    // Of any keeper: the path of this keeper's directory may have changed since.
    [GeneratedRegex(@"^stolon-[0-9a-f]{8}\.new$", RegexOptions.CultureInvariant)]
    private static partial Regex Unfinished();
}
