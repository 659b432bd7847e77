using System.Net;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Proxy;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>The destinations of the read-only port. The proxy's checks decide them. The standbys' names are resolved in
/// a separate loop, because a resolver that hangs must not delay the other port.</summary>
public sealed class ReadOnlyRoutes(
    ProxyPort port,
    IAddressResolver resolver,
    ProxyDeadline deadline,
    ProxyOptions options,
    TimeProvider time,
    ILogger logger)
{
    private readonly long _start = time.GetTimestamp();
    private readonly Lock _lock = new();
    private readonly Wake _unresolved = new(time);
    private readonly StandbyEndpoints _endpoints = new();
    private readonly LogOnce _routed = new();
    private readonly Dictionary<InstanceUid, IPEndPoint> _connected = [];
    private ReadRouteMemory _memory = new();
    private Admission _admitted = Admission.None;
    private IReadOnlyList<ReadTarget> _targets = [];
    private IPEndPoint? _primary;

    /// <summary>Applies a check: closes connections to servers that are no longer destinations. New destinations are
    /// opened by <see cref="Admit"/>.</summary>
    public void Cut(ClusterData data)
    {
        lock (_lock)
        {
            // If the deadline has closed the port, every standby must qualify again.
            var memory = port.Open ? _memory : _memory.Closed();
            var decision = ReadRouteDecision.For(data, options.ReadLimits, memory, time.GetElapsedTime(_start));
            _memory = decision.Memory;
            _targets = decision.Targets;
            _endpoints.Follow(_targets);
            foreach (var (instance, endpoint) in _connected.ToList())
            {
                if (!_targets.Any(t => t.Instance == instance && endpoint.Equals(_endpoints.Of(instance, t.Address))))
                {
                    _connected.Remove(instance);
                    port.Cut(d => d.Address.Equals(endpoint), ReadOnlyMessages.CauseOf(instance, decision));
                }
            }

            Log(decision);
        }
    }

    /// <summary>Opens the destinations of the check that started at this timestamp, unless the timeout since then is
    /// over.</summary>
    public void Admit(long start, TimeSpan timeout)
    {
        lock (_lock)
        {
            _admitted = new Admission(start, timeout, _targets);
        }

        Apply();
        _unresolved.Signal();
    }

    /// <summary>The primary is open at the other port, and may be a destination here.</summary>
    public void AdmitPrimary(IPEndPoint endpoint)
    {
        lock (_lock)
        {
            _primary = endpoint;
        }
    }

    public void CutPrimary(CutCause cause)
    {
        lock (_lock)
        {
            _primary = null;
            port.Cut(d => d.Role == DestinationRole.Primary, cause);
        }
    }

    public void Close(CutCause cause)
    {
        lock (_lock)
        {
            (_admitted, _targets, _primary, _memory) = (Admission.None, [], null, _memory.Closed());
            _endpoints.Follow(_targets);
            _connected.Clear();
            port.Route([], cause);
        }
    }

    /// <summary>Resolves names until cancelled, in the interval of the checks.</summary>
    public Task RunAsync(Func<TimeSpan> interval, CancellationToken cancellationToken) => Loop.RunAsync(
        "the resolving of the standbys' addresses",
        async token =>
        {
            IReadOnlyList<ReadTarget> targets;
            lock (_lock)
            {
                targets = _admitted.Targets;
            }

            await Task.WhenAll(targets.Select(t => ResolveAsync(t.Instance, t.Address, token)));
            return interval();
        },
        interval, _unresolved, time, logger, cancellationToken);

    private async Task ResolveAsync(InstanceUid instance, ServerAddress address, CancellationToken cancellationToken)
    {
        var found = await resolver.ResolveAsync(address, cancellationToken);
        lock (_lock)
        {
            if (_endpoints.LookedUp(instance, address, found))
            {
                LogUnresolved(address, _endpoints.Of(instance, address));
            }
        }

        Apply();
    }

    private void LogUnresolved(ServerAddress address, IPEndPoint? last)
    {
        if (last is null)
        {
            ProxyLog.StandbyNotResolved(logger, address.ToString());
        }
        else
        {
            ProxyLog.StandbyResolvedBefore(logger, address.ToString(), last);
        }
    }

    private void Apply()
    {
        Admission admitted;
        lock (_lock)
        {
            admitted = _admitted;
        }

        deadline.WithinLimit(admitted.Start, admitted.Timeout, () =>
        {
            lock (_lock)
            {
                // A later check may have closed destinations since; then that check opens the rest.
                if (ReferenceEquals(admitted, _admitted) && ReferenceEquals(admitted.Targets, _targets))
                {
                    port.Route(Destinations(), CutCause.StandbyGone);
                }
            }
        });
    }

    private List<Destination> Destinations()
    {
        _connected.Clear();
        foreach (var target in _targets)
        {
            if (_endpoints.Of(target.Instance, target.Address) is { } endpoint
                && !endpoint.Equals(_primary) && !_connected.ContainsValue(endpoint))
            {
                _connected.Add(target.Instance, endpoint);
            }
        }

        var destinations = _targets.Where(t => _connected.ContainsKey(t.Instance))
            .Select(t => new Destination
            {
                Address = _connected[t.Instance],
                Role = DestinationRole.Standby,
                Rank = t.Behind ? 1 : 0,
            })
            .ToList();
        if (_primary is not null && options.ReadFromPrimary)
        {
            destinations.Add(new Destination { Address = _primary, Role = DestinationRole.Primary, Rank = 2 });
        }

        return destinations;
    }

    private void Log(ReadRouteDecision decision)
    {
        if (_routed.IsDue(ReadOnlyMessages.KindOf(decision)))
        {
            var what = ReadOnlyMessages.Describe(decision);
            ProxyLog.ReadsRouted(logger, what);
        }
    }

    /// <summary>The destinations that one check allows.</summary>
    private sealed record Admission(long Start, TimeSpan Timeout, IReadOnlyList<ReadTarget> Targets)
    {
        public static Admission None { get; } = new(0, TimeSpan.Zero, []);
    }
}
