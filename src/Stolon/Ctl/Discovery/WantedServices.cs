using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Store.Consul;

namespace Stolon.Ctl.Discovery;

/// <summary>The services that a cluster should have (docs/spec/stolonctl.md 9, step 2).</summary>
internal static class WantedServices
{
    private const int HighestPort = 65535;

    /// <summary>The healthy instances. Standbys come first, so that a former primary loses its tags before another
    /// instance gets them.</summary>
    /// <param name="problem">Why nothing can be registered; null: none.</param>
    /// <returns>False: there is a problem.</returns>
    public static bool TryRead(
        ClusterData data, DiscoveryOptions options, out ValueList<ConsulService> services,
        [NotNullWhen(false)] out string? problem)
    {
        var wanted = new List<ConsulService>();
        foreach (var instance in data.Instances.Values
            .Where(i => i.Status.Healthy && (options.WithPrimary || !IsPrimary(data, i)))
            .OrderBy(i => IsPrimary(data, i)))
        {
            if (Port(instance) is not { } port || instance.Status.ListenAddress is not { Length: > 0 } address)
            {
                services = [];
                problem = $"the db {instance.Uid} has no address and port that can be registered: "
                    + $"\"{instance.Status.ListenAddress}\", \"{instance.Status.Port}\"";
                return false;
            }

            wanted.Add(new ConsulService
            {
                Id = instance.Uid.Value,
                Name = options.ServiceName,
                Address = address,
                PortNumber = port,
                Tags = IsPrimary(data, instance) ? options.PrimaryTags : options.StandbyTags,
            });
        }

        services = wanted.ToValueList();
        problem = null;
        return true;
    }

    private static bool IsPrimary(ClusterData data, Instance instance) => data.Cluster.Primary == instance.Uid;

    private static int? Port(Instance instance) =>
        int.TryParse(instance.Status.Port, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= HighestPort ? port : null;
}
