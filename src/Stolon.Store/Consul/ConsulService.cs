using Stolon.Core.Common;

namespace Stolon.Store.Consul;

/// <summary>A service in Consul's registry.</summary>
public sealed record ConsulService
{
    /// <summary>Unique within one agent.</summary>
    public required string Id { get; init; }

    /// <summary>The name that clients look up.</summary>
    public required string Name { get; init; }

    public required string Address { get; init; }

    public required int PortNumber { get; init; }

    /// <summary>In a significant order.</summary>
    public required ValueList<string> Tags { get; init; }
}

/// <summary>A registered service.</summary>
/// <param name="Node">Consul's name of the host whose agent has the service, if it is another agent than ours: it
/// cannot be deregistered here. Null = our agent.</param>
public sealed record ConsulRegistration(ConsulService Service, string? Node);
