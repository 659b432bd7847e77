using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Copies the cluster's settings into every instance's specification (docs/spec/sentinel.md 7.3, 1).</summary>
public static class SettingsPropagation
{
    internal static DecisionState Apply(DecisionState state)
    {
        foreach (var instance in state.Data.Instances.Values)
        {
            state = state.WithSpec(instance.Uid, _ => Applied(state.Settings, instance));
        }

        return state;
    }

    /// <summary>Whether the instance's specification already contains these settings.</summary>
    public static bool IsApplied(ClusterSettings settings, Instance instance) =>
        Applied(settings, instance) == instance.Spec;

    /// <summary>The instance's specification with these settings.</summary>
    public static InstanceSpec Applied(ClusterSettings settings, Instance instance) => instance.Spec with
    {
        RequestTimeout = settings.RequestTimeout,
        MaxStandbys = settings.MaxStandbys,
        UsePgRewind = settings.UsePgRewind,
        PgParameters = settings.PgParameters,
        PgHba = settings.PgHba,
        AdditionalWalSenders = settings.AdditionalWalSenders,
        AdditionalReplicationSlots = instance.IsPrimaryType ? settings.ExtraPrimarySlots : null,
        Follow = instance.Spec.Follow is FollowSource.External && settings.StandbyConfig is not null
            ? Initialization.ExternalSource(settings)
            : instance.Spec.Follow,
    };
}
