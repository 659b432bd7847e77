namespace Stolon.Store.Sqlite;

/// <summary>Which file this program uses: the first one that any of its connections has found at the path. Another one
/// put there later would split the cluster in two, one half at each file.</summary>
internal sealed class SqliteIdentity
{
    private string? _file;

    /// <summary>True while no connection has found a file; only then may one be made.</summary>
    public bool IsUnset => Volatile.Read(ref _file) is null;

    /// <summary>False: not the file found first.</summary>
    /// <param name="file">The number that it was given when it was made.</param>
    public bool Accepts(string file) => (Interlocked.CompareExchange(ref _file, file, null) ?? file) == file;
}
