namespace Stolon.Store.Sqlite;

/// <summary>One row of the table of entries.</summary>
/// <param name="Created">Number of the step that created the key.</param>
/// <param name="Modified">Number of the step of the last write.</param>
/// <param name="Expired">Its time is over, but nobody has removed it yet: it may still be renewed by a step that began
/// earlier, so that only a step that writes can say that it is gone.</param>
internal sealed record SqliteEntry(string Key, byte[] Value, long Created, long Modified, bool Expired);
