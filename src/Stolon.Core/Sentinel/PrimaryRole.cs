using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Turns a standby cluster's first instance into a primary once the cluster's role says so (sentinel.md 7.2,
/// step 5.2).</summary>
internal static class PrimaryRole
{
    public static Pass Apply(Pass pass) =>
        !pass.Elected && pass.Settings.Role == ClusterRole.Primary && pass.Primary is { } primary
            ? pass.WithSpec(primary.Uid, s => s with { Role = InstanceRole.Primary, Follow = null })
            : pass;
}
