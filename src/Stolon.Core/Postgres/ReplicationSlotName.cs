using Stolon.Core.Model;

namespace Stolon.Core.Postgres;

/// <summary>Names of the replication slots that stolon owns; an instance's application name is the name of its
/// slot.</summary>
/// <remarks>Source: docs/spec/keeper.md 4.6, 6.3, 7.3; docs/spec/cluster-specification.md 2.</remarks>
public static class ReplicationSlotName
{
    private const string Prefix = "stolon_";

    /// <summary>The slot, application name and synchronous standby name of an instance.</summary>
    public static string Of(InstanceUid instance) => Prefix + instance.Value;

    /// <summary>The slot for an entry of the cluster specification's additional slots.</summary>
    public static string OfAdditional(string name) => Prefix + name;

    /// <summary>Only these slots are ever dropped.</summary>
    public static bool IsOurs(string slot) => slot.StartsWith(Prefix, StringComparison.Ordinal);

    /// <summary>The instance with this application name; null: it is not one of ours.</summary>
    public static InstanceUid? InstanceOf(string applicationName) =>
        IsOurs(applicationName) ? new InstanceUid(applicationName[Prefix.Length..]) : null;

    /// <summary>What is wrong with the name of an additional slot, in the original's text; null: nothing.</summary>
    public static string? ProblemWith(string name)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            return $"wrong replication slot name: \"{name}\"";
        }

        return IsOurs(name) ? $"replication slot name is reserved: \"{name}\"" : null;
    }
}
