using Stolon.Core.Keeper;

namespace Stolon.Agents.Ports.Keeper;

/// <summary>The keeper's two state files (docs/spec/keeper.md 2.2). A write is atomic, and durable when it
/// returns.</summary>
public interface ILocalStateFiles
{
    /// <summary>An empty state when the file does not exist.</summary>
    /// <exception cref="LocalStateException">The file cannot be read or parsed.</exception>
    KeeperState ReadKeeper();

    /// <inheritdoc cref="ReadKeeper"/>
    InstanceState ReadInstance();

    /// <exception cref="LocalStateException">Not written (disk full, no permission); the old file stays.</exception>
    void Write(KeeperState state);

    /// <exception cref="LocalStateException">Not written (disk full, no permission); the old file stays.</exception>
    void Write(InstanceState state);
}

/// <summary>A local state file could not be read or written; the message names the file.</summary>
public sealed class LocalStateException(string message, Exception? innerException = null)
    : Exception(message, innerException);
