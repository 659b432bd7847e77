namespace Stolon.Forwarding.Tests.Rig;

/// <summary>The data paths under test. All pass the same tests: each test class is abstract, with a nested class for
/// each kind.</summary>
public enum EngineKind
{
    /// <summary>System calls of Linux.</summary>
    Epoll,

    /// <summary>Sockets of the base library.</summary>
    Portable,
}
