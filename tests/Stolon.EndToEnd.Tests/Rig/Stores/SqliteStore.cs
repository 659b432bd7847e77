namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>The embedded store: a file, no server.</summary>
public sealed class SqliteStore(TestDirectory directory) : IClusterStoreServer
{
    public int? Port => null;

    public int? Line { get; set; }

    public IReadOnlyList<string> Options =>
        ["--store-backend", "sqlite", "--store-endpoints", Path.Combine(directory.Data, "store.db")];

    public IReadOnlyDictionary<string, string> Environment(string program) => new Dictionary<string, string>();

    /// <summary>There is none to be restarted.</summary>
    public Task RestartAsync() => Task.CompletedTask;

    public void Thaw()
    {
        // Nobody freezes a file.
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
