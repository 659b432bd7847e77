namespace Stolon.Store.Sqlite;

/// <summary>The file that this program uses: the first one that any of its connections found at the path. If another
/// file replaced it later, the cluster would be split between the two files.</summary>
internal sealed class SqliteIdentity
{
    private string? _file;

    /// <summary>True while no connection has found a file; only then may one be created.</summary>
    public bool IsUnset => Volatile.Read(ref _file) is null;

    /// <summary>False: it is not the first file.</summary>
    /// <param name="file">The random id that it got at its creation.</param>
    public bool Accepts(string file) => (Interlocked.CompareExchange(ref _file, file, null) ?? file) == file;
}
