using Stolon.Core.Common;

namespace Stolon.Store.Consul;

/// <summary>A service as Consul's registry has it.</summary>
public sealed record ConsulService
{
    /// <summary>Unique for one agent.</summary>
    public required string Id { get; init; }

    /// <summary>What clients ask for.</summary>
    public required string Name { get; init; }

    public required string Address { get; init; }

    public required int PortNumber { get; init; }

    /// <summary>The order counts.</summary>
    public required ValueList<string> Tags { get; init; }
}

/// <summary>A service in the registry.</summary>
/// <param name="Node">Consul's name of the host whose agent it is registered with, where that is another than the one
/// asked: it cannot be deregistered here. Null = the one asked.</param>
public sealed record ConsulRegistration(ConsulService Service, string? Node);
