namespace Stolon.Store.Contract;

/// <summary>Which program a client belongs to: a store may give each a place of its own.</summary>
/// <param name="Number">From 1.</param>
public readonly record struct Member(Component Component, int Number = 1)
{
    /// <summary>The uid of the program, and in Kubernetes the name of its pod.</summary>
    public string Uid => $"{Component.ToString().ToLowerInvariant()}{Number}";
}

public enum Component
{
    Keeper,
    Sentinel,
    Proxy,

    /// <summary>stolonctl.</summary>
    Control,
}
