using Stolon.Core.Common;
using Stolon.Store.Consul;

namespace Stolon.Ctl.Discovery;

/// <summary>The changes that bring the registry up to date (docs/spec/stolonctl.md 9, step 3): first the
/// deregistrations, then the registrations, in this order.</summary>
internal sealed record RegistrationPlan
{
    /// <summary>Ids.</summary>
    public required ValueList<string> Deregister { get; init; }

    public required ValueList<ConsulService> Register { get; init; }

    /// <summary>Out of date, but registered with another agent, where it must be corrected.</summary>
    public required ValueList<ConsulRegistration> Elsewhere { get; init; }

    /// <param name="present">All services with the cluster's name.</param>
    /// <param name="wanted">In the order in which they are to be registered.</param>
    public static RegistrationPlan For(IEnumerable<ConsulRegistration> present, ValueList<ConsulService> wanted)
    {
        var registrations = present.OrderBy(r => r.Service.Id, StringComparer.Ordinal).ToList();
        var own = registrations.Where(r => r.Node is null).ToDictionary(r => r.Service.Id, r => r.Service);
        var elsewhere = registrations.Where(r => r.Node is not null).ToLookup(r => r.Service.Id);
        var wantedById = wanted.ToDictionary(s => s.Id);
        return new RegistrationPlan
        {
            Deregister = own.Values
                .Where(s => !wantedById.TryGetValue(s.Id, out var other) || IsElsewhereNow(s, other))
                .Select(s => s.Id)
                .ToValueList(),
            Register = wanted
                .Where(s => own.TryGetValue(s.Id, out var known)
                    ? known != s
                    : elsewhere[s.Id].All(r => r.Service != s))
                .ToValueList(),
            Elsewhere = elsewhere
                .Where(same => !wantedById.TryGetValue(same.Key, out var other) || same.Any(r => r.Service != other))
                .SelectMany(same => same)
                .ToValueList(),
        };
    }

    /// <summary>Whether the check of the old service does not apply to the new one. If only the tags differ, the
    /// service is registered again without a deregistration, and keeps its passing check; after a deregistration, the
    /// check would pass only some seconds later.</summary>
    private static bool IsElsewhereNow(ConsulService known, ConsulService wanted) =>
        known with { Tags = wanted.Tags } != wanted;
}
