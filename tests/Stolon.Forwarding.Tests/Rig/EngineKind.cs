namespace Stolon.Forwarding.Tests.Rig;

/// <summary>The data paths under test. All pass the same tests: each test class is abstract, with a nested class for
/// each of these.</summary>
public enum EngineKind
{
    /// <summary>On Linux's own calls.</summary>
    Epoll,

    /// <summary>On the sockets that every platform has.</summary>
    Portable,
}
