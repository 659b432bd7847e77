using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Keeper;

public sealed class ReplacementRuleTests
{
    private static readonly ClusterUid Earlier = new("earlier");

    private static readonly OverwriteConsent Consent = new() { Clusters = [Earlier] };

    [Theory]
    [InlineData(InstanceInitMode.New)]
    [InlineData(InstanceInitMode.PointInTimeRecovery)]
    [InlineData(InstanceInitMode.Resync)]
    [InlineData(InstanceInitMode.None)]
    public void Complete_data_of_another_cluster_stay_untouched_without_consent(InstanceInitMode mode)
    {
        var rig = Foreign(mode);
        var plan = rig.PlanAfterProbe();
        Assert.Empty(plan.Steps);
        Assert.IsType<KeeperVerdict.Refused>(plan.Verdict);
    }

    [Fact]
    public void The_refusal_names_the_data_and_what_to_do()
    {
        var refused = Assert.IsType<KeeperVerdict.Refused>(Foreign(InstanceInitMode.New).Plan().Verdict);
        Assert.Equal(ComplaintSubject.Data, refused.Subject);
        Assert.Contains(
            $"cluster earlier (system identifier {KeeperRig.SystemIdentifier}, timeline 1, position 0/2000000)",
            refused.Why,
            StringComparison.Ordinal);
        Assert.Contains(
            """stolonctl init '{"initMode":"existing","existingConfig":{"keeperUID":"k1"}}'""",
            refused.Why,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(InstanceInitMode.New, "SetAside SaveInstance InitDb")]
    [InlineData(InstanceInitMode.PointInTimeRecovery, "SetAside SaveInstance Restore")]
    [InlineData(InstanceInitMode.Resync, "SetAside SaveInstance CloneFrom")]
    public void With_consent_they_are_moved_aside_before_anything_is_saved(InstanceInitMode mode, string steps)
    {
        var rig = Foreign(mode);
        Agree(rig, Consent);
        Assert.StartsWith(steps, rig.Steps(), StringComparison.Ordinal);
    }

    [Fact]
    public void Data_with_consent_are_moved_aside_and_not_rewound()
    {
        var rig = Foreign(InstanceInitMode.Resync, World.New with { UsePgRewind = true });
        Agree(rig, Consent);
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { ShutDownCleanly = false } };
        Assert.Equal("SetAside SaveInstance CloneFrom", rig.Steps());
    }

    [Fact]
    public void Consent_for_one_clusters_data_does_not_cover_anothers()
    {
        var rig = Foreign(InstanceInitMode.New);
        Agree(rig, new OverwriteConsent { Clusters = [new ClusterUid("shown")] });
        Assert.Empty(rig.Plan().Steps);
    }

    [Fact]
    public void Data_whose_cluster_is_not_known_are_covered_by_their_system_identifier()
    {
        var rig = Foreign(InstanceInitMode.New);
        rig.Local = InstanceState.Empty;
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { SystemIdentifier = "999" } };
        Assert.Empty(rig.Plan().Steps);
        Agree(rig, new OverwriteConsent { SystemIdentifiers = ["999"] });
        Assert.StartsWith("SetAside SaveInstance InitDb", rig.Steps(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_named_keepers_data_are_adopted_from_any_cluster() =>
        Assert.Equal("Start AwaitReady CaptureParameters Stop", Foreign(InstanceInitMode.Existing).Steps());

    [Fact]
    public void Incomplete_data_have_no_owner()
    {
        var rig = Foreign(InstanceInitMode.New);
        rig.Local = rig.Local with { Initializing = true };
        Assert.StartsWith("SaveInstance Erase InitDb", rig.Steps(), StringComparison.Ordinal);
    }

    /// <summary>removekeeper, and the keeper returns; or a primary that was replaced.</summary>
    [Fact]
    public void The_clusters_own_former_data_may_be_replaced()
    {
        var rig = Foreign(InstanceInitMode.Resync);
        rig.Local = rig.Local with { Cluster = KeeperRig.Cluster };
        Assert.NotEmpty(rig.PlanAfterProbe().Steps);
    }

    /// <summary>A production keeper connects to staging, which was made from production's data: the same system
    /// identifier, timeline 1 on both sides, and different writes at the same positions.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Data_of_another_cluster_that_seem_able_to_follow_are_neither_started_nor_marked(bool rewind)
    {
        var rig = FromTheSameInitdb(rewind);
        var plan = rig.PlanAfterProbe();
        Assert.Empty(plan.Steps);
        Assert.IsType<KeeperVerdict.Refused>(plan.Verdict);
        Agree(rig, Consent);
        Assert.Equal("SetAside SaveInstance CloneFrom", rig.Steps());
    }

    /// <summary>Numbers of timelines mean nothing across clusters.</summary>
    [Fact]
    public void The_timeline_that_another_cluster_knew_its_data_by_is_not_trusted()
    {
        var rig = FromTheSameInitdb(rewind: false);
        rig.Local = rig.Local with { AcknowledgedTimeline = new(2) };
        TimelineSwitch first = new(new(1), new(0x1000000), "promoted");
        rig.Observation = rig.Observation with
        {
            Data = rig.Observation.Data! with
            {
                Timeline = new(2),
                TimelineHistory = [first]
            }
        };
        rig.Change("i2", i => i with
        {
            Status = i.Status with
            {
                Timeline = new(3),
                TimelineHistory = [first, new(new(2), new(0x3000000), "promoted")],
            },
        });
        Assert.Empty(rig.PlanAfterProbe().Steps);
        Agree(rig, Consent);
        Assert.Equal("SetAside SaveInstance CloneFrom", rig.Steps());
    }

    /// <summary>An older version, or the original, did not record the owner of the data.</summary>
    [Fact]
    public void The_owner_of_the_data_is_saved_before_a_new_cluster()
    {
        var rig = KeeperRig.Primary();
        rig.KnownCluster = Earlier;
        rig.Local = rig.Local with { Cluster = null };
        Assert.Equal(
            [
                new KeeperStep.SaveInstance(rig.Local with { Cluster = Earlier }),
                new KeeperStep.SaveCluster(KeeperRig.Cluster),
            ],
            rig.Plan().Steps);
    }

    /// <summary>Data recorded by an older version; <paramref name="known"/>: whether the cluster knows the
    /// instance.</summary>
    [Theory]
    [InlineData(true, "999", true)]
    [InlineData(false, KeeperRig.SystemIdentifier, true)]
    [InlineData(false, null, true)]
    [InlineData(false, "999", false)]
    public void Data_without_a_recorded_owner_belong_to_the_cluster_unless_something_shows_otherwise(
        bool known, string? identifier, bool own)
    {
        var rig = Foreign(InstanceInitMode.New);
        rig.Local = new InstanceState { Uid = known ? new InstanceUid("i2") : new InstanceUid("earlier") };
        rig.Observation = rig.Observation with { Data = rig.Observation.Data! with { SystemIdentifier = identifier } };
        Assert.Equal(own, !rig.Plan().Steps.IsEmpty);
    }

    /// <summary>The cluster was initialized by mistake: the running server may still be in use.</summary>
    [Fact]
    public void While_the_cluster_has_no_primary_a_server_with_another_clusters_data_keeps_running()
    {
        var rig = KeeperRig.Primary();
        rig.Local = rig.Local with { Cluster = Earlier };
        rig.Data = rig.Data with
        {
            Cluster = rig.Data.Cluster with { Primary = null, Phase = ClusterPhase.Initializing },
            Instances = ValueMap<InstanceUid, Instance>.Empty,
        };
        Assert.Empty(rig.Plan().Steps);
        Assert.IsType<KeeperVerdict.Refused>(rig.Plan().Verdict);
    }

    [Fact]
    public void Consent_covers_the_data_shown_or_if_none_was_shown_any_data_until_the_first_primary()
    {
        var shown = new HeldData { Cluster = Earlier, SystemIdentifier = "1" };
        var stranger = new HeldData { Cluster = new ClusterUid("stranger"), SystemIdentifier = "1" };
        var consent = OverwriteConsent.For(WallTime.Never, replaced: null, [shown]);
        Assert.Equal((true, false), (consent.Covers(shown), consent.Covers(stranger)));
        Assert.Equal(consent, consent.Narrowed([stranger]));

        var any = OverwriteConsent.For(WallTime.Never, replaced: null, []);
        Assert.True(any.Covers(stranger));
        Assert.Equal((true, false), (any.Narrowed([shown]).Covers(shown), any.Narrowed([shown]).Covers(stranger)));

        Assert.True(OverwriteConsent.For(WallTime.Never, Earlier, []).Covers(shown));
    }

    private static KeeperRig FromTheSameInitdb(bool rewind)
    {
        var rig = KeeperRig.Returned(World.New with { UsePgRewind = rewind });
        rig.Local = rig.Local with { Cluster = Earlier };
        rig.Observation = rig.Observation with
        {
            Data = rig.Observation.Data! with { CheckpointPosition = new(0x2000000), ShutDownCleanly = !rewind },
        };
        return rig;
    }

    private static void Agree(KeeperRig rig, OverwriteConsent consent) =>
        rig.Data = rig.Data with { Cluster = rig.Data.Cluster with { Consent = consent } };

    /// <summary>A stopped keeper with data of another cluster's primary that has written since; for a resync i2 is the
    /// primary now.</summary>
    private static KeeperRig Foreign(InstanceInitMode mode, ClusterSpec? spec = null)
    {
        var rig = mode == InstanceInitMode.Resync ? KeeperRig.Returned(spec) : KeeperRig.Primary(spec);
        rig.ChangeAssigned(s => s with { InitMode = mode, IncludePreviousConfig = true });
        rig.Local = new InstanceState { Uid = new InstanceUid("theirs"), Cluster = Earlier };
        rig.Observation = rig.Observation with
        {
            Server = null,
            Data = rig.Observation.Data! with
            {
                CheckpointPosition = new(mode == InstanceInitMode.Resync ? 0x9000000u : 0x2000000u),
            },
        };
        rig.Memory = new KeeperMemory();
        return rig;
    }
}
