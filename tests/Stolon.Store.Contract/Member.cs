namespace Stolon.Store.Contract;

/// <summary>The program of a client: a store may have a location for each program.</summary>
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
