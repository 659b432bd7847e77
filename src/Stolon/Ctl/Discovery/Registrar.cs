using Microsoft.Extensions.Logging;
using Stolon.Agents;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Store.Consul;

namespace Stolon.Ctl.Discovery;

/// <summary>Keeps the services in Consul's registry up to date with the cluster data (docs/spec/stolonctl.md
/// 9).</summary>
internal sealed class Registrar(
    IClusterStore store, ConsulRegistry registry, DiscoveryOptions options, TimeProvider time, ILogger logger)
{
    private readonly Wake _wake = new(time);
    private readonly LogOnce _skipped = new();
    private readonly LogOnce<(string Id, string Node), bool> _elsewhere = new();

    /// <summary>Runs a round in each interval, and when the cluster data change, until cancelled. The registrations
    /// then stay.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => TaskGroup.RunAsync(
        cancellationToken,
        stop => Loop.RunAsync("registration", RoundAsync, () => options.Interval, _wake, time, logger, stop),
        stop => WatchLoop.RunAsync(
            "the cluster data", (changed, token) => store.WatchAsync(StoreTopic.ClusterData, changed, token),
            _wake.Signal, time, logger, stop));

    /// <returns>The delay until the next round.</returns>
    /// <exception cref="StoreUnavailableException">The cluster's store or Consul cannot be read; nothing was
    /// changed.</exception>
    internal async Task<TimeSpan> RoundAsync(CancellationToken cancellationToken)
    {
        var present = await registry.ServicesAsync(options.ServiceName, cancellationToken);
        var (wanted, reason) = Wanted(await store.ReadAsync(cancellationToken));
        if (reason is null)
        {
            _skipped.End();
            await CarryOutAsync(RegistrationPlan.For(present, wanted), cancellationToken);
        }
        else if (_skipped.IsDue(reason))
        {
            DiscoveryLog.Skipped(logger, reason);
        }

        return options.Interval;
    }

    private (ValueList<ConsulService> Services, string? Problem) Wanted(ClusterDataRead read) =>
        read.Match<(ValueList<ConsulService>, string?)>(
            absent => ([], "no cluster data available"),
            found => WantedServices.TryRead(found.Data, options, out var services, out var problem)
                ? (services, null)
                : ([], problem),
            unusable => ([], unusable.Problem));

    /// <summary>The failure of one service does not affect the others.</summary>
    private async Task CarryOutAsync(RegistrationPlan plan, CancellationToken cancellationToken)
    {
        foreach (var id in plan.Deregister)
        {
            try
            {
                await registry.DeregisterAsync(id, cancellationToken);
                DiscoveryLog.Deregistered(logger, id);
            }
            catch (StoreUnavailableException e)
            {
                DiscoveryLog.NotDeregistered(logger, id, e);
            }
        }

        foreach (var service in plan.Register)
        {
            try
            {
                await registry.RegisterAsync(service, cancellationToken);
                var tags = string.Join(',', service.Tags);
                DiscoveryLog.Registered(logger, service.Id, service.Address, service.PortNumber, tags);
            }
            catch (StoreUnavailableException e)
            {
                DiscoveryLog.NotRegistered(logger, service.Id, e);
            }
        }

        LogElsewhere(plan.Elsewhere);
    }

    private void LogElsewhere(ValueList<ConsulRegistration> elsewhere)
    {
        var now = elsewhere.Select(r => (r.Service.Id, r.Node!)).ToHashSet();
        _elsewhere.EndWhere(r => !now.Contains(r));
        foreach (var (id, node) in now)
        {
            if (_elsewhere.Next((id, node), true) == LogTurn.First)
            {
                DiscoveryLog.Elsewhere(logger, id, node);
            }
        }
    }
}
