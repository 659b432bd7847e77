using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Turns a standby cluster's first instance into a primary when the cluster's role requires it
/// (docs/spec/sentinel.md 7.2, step 5.2).</summary>
internal static class PrimaryRole
{
    public static DecisionState Apply(DecisionState state) =>
        !state.Elected && state.Settings.Role == ClusterRole.Primary && state.Primary is { } primary
            ? state.WithSpec(primary.Uid, s => s with { Role = InstanceRole.Primary, Follow = null })
            : state;
}
