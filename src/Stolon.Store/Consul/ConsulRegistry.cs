using System.Globalization;
using System.Text.Json;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Consul;

/// <summary>Consul's registry of services, through one agent. Safe for use by several tasks at once.</summary>
/// <remarks>Source: Consul manual, "Health HTTP Endpoint" and "Service - Agent HTTP API". All throw
/// <see cref="StoreUnavailableException"/> when Consul does not answer as asked.</remarks>
public sealed class ConsulRegistry : IDisposable
{
    private const string CheckInterval = "10s";
    private readonly ConsulClient _client;

    /// <summary>Connects at the first request, not here.</summary>
    /// <exception cref="StoreOptionsException">More than one endpoint, or a timeout that cannot be used.</exception>
    public ConsulRegistry(ConsulOptions options, TimeProvider time) => _client = new ConsulClient(
        options, "service write for the cluster's name and node_prefix read", time);

    /// <summary>All services of this name, whichever agent they are registered with; without those whose agent's host
    /// Consul takes for dead: nobody is led to these any more.</summary>
    public async Task<IReadOnlyList<ConsulRegistration>> ServicesAsync(
        string name, CancellationToken cancellationToken)
    {
        // The agent's own list first: it is what the catalog will be made equal to.
        var local = ConsulClient.Read(
            await _client.GetAsync("/v1/agent/services", "", TimeSpan.Zero, cancellationToken),
            ConsulJson.Default.DictionaryStringConsulAgentService);
        var listed = ConsulClient.Read(
            await _client.GetAsync(
                $"/v1/health/service/{Uri.EscapeDataString(name)}", "", TimeSpan.Zero, cancellationToken),
            ConsulJson.Default.ConsulListedServiceArray);
        return
        [
            .. local.Values.Where(s => s.Service == name).Select(s => new ConsulRegistration(ToEntry(s), Node: null)),
            .. listed.Where(s => !local.ContainsKey(s.Service.Id) && s.Checks.All(c => !IsDeadHost(c)))
                .Select(s => new ConsulRegistration(ToEntry(s.Service), s.Node.Node)),
        ];
    }

    /// <summary>Registers the service with the agent, in place of one of the same id, with a check of whether its port
    /// can be connected to.</summary>
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

    /// <summary>Takes the service of this id from the agent; nothing happens when it has none.</summary>
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

    private static ConsulService ToEntry(ConsulAgentService service) => new()
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
