namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>The real store of a cluster under test, whichever backend it is.</summary>
public interface IClusterStoreServer : IAsyncDisposable
{
    /// <summary>The port it serves on 127.0.0.1. Null: it is no server.</summary>
    int? Port { get; }

    /// <summary>The port that programs are told instead. Null: its own.</summary>
    int? Line { get; set; }

    /// <summary>Options of every program, stolonctl too.</summary>
    IReadOnlyList<string> Options { get; }

    /// <summary>Environment of the program with this name (<c>keeper1</c>, <c>sentinel2</c>, <c>proxy1</c>,
    /// <c>stolonctl</c>).</summary>
    IReadOnlyDictionary<string, string> Environment(string program);

    /// <summary>Ends it as a crash would and starts it again with the data it had.</summary>
    Task RestartAsync();

    /// <summary>Lets it go on, if it was frozen.</summary>
    void Thaw();
}
