using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Stolon.Core.Common;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Files;

/// <summary>Where the parts of a data directory that lie elsewhere are, and where new and old ones go
/// meanwhile.</summary>
/// <remarks>Into a directory of our own in the very location: it may be a mount point, and its parent another
/// user's.</remarks>
internal sealed partial class CopyLocations(DataDirectory directory, PostgresVersion version, string? walOption)
{
    /// <summary>How the names of our own directories in these places begin.</summary>
    public const string Prefix = "stolon-";

    private readonly string _wal = DataDirectoryLayout.WalDirectory(version);

    /// <summary>The directories PostgreSQL of this version makes in a tablespace's location.</summary>
    public static string CatalogPattern(PostgresVersion version) =>
        version.AtLeast(10) ? $"PG_{version.Major}_*" : $"PG_{version}_*";

    /// <summary>Those of a source, and those which only the data directory that is here has: they go with it.</summary>
    /// <param name="source">Tablespaces of the source, by oid.</param>
    /// <param name="known">What is recorded; null: nothing.</param>
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

    /// <summary>Those of the data directory that is here.</summary>
    public List<SpacePlace> OwnSpaces(CopyRecord? known) =>
        [.. Links(known).Select(l => Space(l.Key, null, l.Value, null))];

    /// <summary>As the option says, or as it was before, or as it was before what was emptied; null: in the data
    /// directory.</summary>
    public WalPlace? Wal(CopyRecord? known)
    {
        var link = OwnWal(known);
        return (walOption ?? HomeOf(link) ?? known?.Wal?.Home) is { } home ? Wal(home, link == home) : null;
    }

    /// <summary>That of the data directory that is here; null: it is in it.</summary>
    public WalPlace? LinkedWal(CopyRecord? known) =>
        OwnWal(known) is { } link ? Wal(HomeOf(link)!, link == HomeOf(link)) : null;

    private string? OwnWal(CopyRecord? known) =>
        DirectoryTrees.TargetOf(directory.File(_wal)) is { } target && known?.Follows(target) != false ? target : null;

    private Dictionary<string, string> Links(CopyRecord? known) => directory.TablespaceLinks()
        .Where(l => known?.Follows(l.Value) != false)
        .ToDictionary(l => l.Key, l => l.Value, StringComparer.Ordinal);

    /// <summary>Where a part belongs to which such a link leads. pg_basebackup links to where it writes, and the links
    /// of one that was killed stay so: what is half-made there is nobody's home.</summary>
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

    // Two keepers of one host may have a location in common.
    private string Own(string suffix) =>
        $"{Prefix}{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(directory.Path)))[..8]}{suffix}";

    // Of any keeper: this one's directory may have had another path when it began.
    [GeneratedRegex(@"^stolon-[0-9a-f]{8}\.new$", RegexOptions.CultureInvariant)]
    private static partial Regex Unfinished();
}
