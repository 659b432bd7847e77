using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Copies the cluster's settings into every instance's specification (docs/spec/sentinel.md 7.3, 1).</summary>
internal static class SettingsPropagation
{
    public static DecisionState Apply(DecisionState state)
    {
        foreach (var instance in state.Data.Instances.Values)
        {
            state = state.WithSpec(instance.Uid, s => Applied(state.Settings, instance, s));
        }

        return state;
    }

    /// <summary>Whether the instance's specification already contains these settings.</summary>
    public static bool IsApplied(ClusterSettings settings, Instance instance) =>
        Applied(settings, instance, instance.Spec) == instance.Spec;

    private static InstanceSpec Applied(ClusterSettings settings, Instance instance, InstanceSpec spec) => spec with
    {
        RequestTimeout = settings.RequestTimeout,
        MaxStandbys = settings.MaxStandbys,
        UsePgRewind = settings.UsePgRewind,
        PgParameters = settings.PgParameters,
        PgHba = settings.PgHba,
        AdditionalWalSenders = settings.AdditionalWalSenders,
        AdditionalReplicationSlots = instance.IsPrimaryType ? settings.ExtraPrimarySlots : null,
        Follow = spec.Follow is FollowSource.External && settings.StandbyConfig is not null
            ? Initialization.ExternalSource(settings)
            : spec.Follow,
    };
}
