using System.Globalization;
using System.Text.Json;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Consul;

/// <summary>Consul's service registry, through one agent. Safe for use by several tasks at once.</summary>
/// <remarks>Source: Consul manual, "Health HTTP Endpoint" and "Service - Agent HTTP API". All calls throw
/// <see cref="StoreUnavailableException"/> if they fail.</remarks>
public sealed class ConsulRegistry : IDisposable
{
    private const string CheckInterval = "10s";
    private readonly ConsulClient _client;

    /// <summary>Does not connect before the first request.</summary>
    /// <exception cref="StoreOptionsException">More than one endpoint, or an invalid timeout.</exception>
    public ConsulRegistry(ConsulOptions options, TimeProvider time) => _client = new ConsulClient(
        options, "service write for the cluster's name and node_prefix read", time);

    /// <summary>All services of this name, of all agents; without those on hosts that Consul considers as failed,
    /// because Consul does not return these to clients.</summary>
    public async Task<IReadOnlyList<ConsulRegistration>> ServicesAsync(
        string name, CancellationToken cancellationToken)
    {
        // The agent's own list first: Consul synchronizes its catalog from it.
        var local = ConsulClient.Read(
            await _client.GetAsync("/v1/agent/services", "", TimeSpan.Zero, cancellationToken),
            ConsulJson.Default.DictionaryStringConsulAgentService);
        var listed = ConsulClient.Read(
            await _client.GetAsync(
                $"/v1/health/service/{Uri.EscapeDataString(name)}", "", TimeSpan.Zero, cancellationToken),
            ConsulJson.Default.ConsulListedServiceArray);
        return
        [
            .. local.Values.Where(s => s.Service == name).Select(s => new ConsulRegistration(ToService(s), Node: null)),
            .. listed.Where(s => !local.ContainsKey(s.Service.Id) && s.Checks.All(c => !IsDeadHost(c)))
                .Select(s => new ConsulRegistration(ToService(s.Service), s.Node.Node)),
        ];
    }

    /// <summary>Registers the service with the agent, or replaces the one with the same id. Its health check connects
    /// to its port.</summary>
    public Task RegisterAsync(ConsulService service, CancellationToken cancellationToken)
    {
        var request = new ConsulServiceRequest
        {
            Id = service.Id,
            Name = service.Name,
            Tags = [.. service.Tags],
            Address = service.Address,
            Port = service.PortNumber,
            Check = new ConsulCheckRequest { Tcp = HostAndPort(service), Interval = CheckInterval },
        };
        var body = JsonSerializer.SerializeToUtf8Bytes(request, ConsulJson.Default.ConsulServiceRequest);
        return _client.ChangeAsync(
            HttpMethod.Put, "/v1/agent/service/register", "", body, write: true, cancellationToken);
    }

    /// <summary>Deregisters the service with this id from the agent; does nothing if it is not registered.</summary>
    public Task DeregisterAsync(string id, CancellationToken cancellationToken) => _client.ChangeAsync(
        HttpMethod.Put,
        $"/v1/agent/service/deregister/{Uri.EscapeDataString(id)}",
        "",
        body: null,
        write: true,
        cancellationToken);

    public void Dispose() => _client.Dispose();

    private static string HostAndPort(ConsulService service) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(service.Address.Contains(':') ? $"[{service.Address}]" : service.Address)}:{service.PortNumber}");

    private static ConsulService ToService(ConsulAgentService service) => new()
    {
        Id = service.Id,
        Name = service.Service,
        Address = service.Address,
        PortNumber = service.Port,
        Tags = [.. service.Tags ?? []],
    };

    private static bool IsDeadHost(ConsulListedCheck check) =>
        check is { CheckId: "serfHealth", Status: "critical" };
}
