using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Properties;

/// <summary>Invariants of the plans of every possible keeper, also if it dies after any step.</summary>
public sealed class PlanProperties
{
    private static readonly KeeperRig[] Assignments =
    [
        KeeperRig.Primary(),
        KeeperRig.Standby(),
        KeeperRig.Returned(),
        KeeperRig.Returned(World.New with { UsePgRewind = true }),
    ];

    private static readonly InstanceInitMode[] Modes = Enum.GetValues<InstanceInitMode>();

    private static readonly string[] Files =
        ["complete", "half-made", "other's", "other's half-made", "none"];

    private static readonly string[] Directories =
        ["primary, stopped in order", "primary, crashed", "standby", "incomplete", "empty"];

    [Fact]
    public void Data_are_erased_only_when_the_cluster_is_initialized_or_a_healthy_source_is_known() =>
        ForEveryKeeper(rig =>
    {
        if (rig.Plan().Steps.Any(s => s is KeeperStep.Erase))
        {
            Assert.True(
                rig.Assigned.Spec.InitMode is InstanceInitMode.New or InstanceInitMode.PointInTimeRecovery
                    || SourceIsHealthy(rig));
        }
    });

    [Fact]
    public void Data_of_the_assigned_instance_that_are_complete_are_never_erased() => ForEveryKeeper(rig =>
    {
        if (rig.Local.Uid == rig.Assigned.Uid && !rig.Local.Initializing)
        {
            Assert.DoesNotContain(rig.Plan().Steps, s =>
                s is KeeperStep.Erase or KeeperStep.Rewind || Makes(s));
        }
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Complete_data_of_another_cluster_are_never_erased_or_rewound_and_moved_only_with_consent(bool agreed) =>
        ForEveryKeeper(rig =>
    {
        if (rig.Local is { Uid: null } or { Initializing: true } || rig.Observation.Data is null)
        {
            return;
        }

        var stranger = new ClusterUid("stranger");
        rig.Local = rig.Local with { Cluster = stranger };
        var consent = agreed ? new OverwriteConsent { Clusters = [stranger] } : null;
        rig.Data = rig.Data with { Cluster = rig.Data.Cluster with { Consent = consent } };
        var whole = true;
        new FakeHost(rig)
        {
            Before = step =>
            {
                Assert.True(agreed || step is not KeeperStep.SetAside);
                whole &= step is not KeeperStep.SetAside && rig.Local.Cluster == stranger;
                Assert.False(whole && (step is KeeperStep.Erase or KeeperStep.Rewind || Makes(step)));
            },
        }.Converge();
    });

    [Fact]
    public void A_keeper_that_dies_after_any_step_continues_safely() => ForEveryKeeper(rig =>
    {
        var (local, look, memory) = (rig.Local, rig.Observation, rig.Memory);
        for (var steps = rig.Plan().Steps.Count; steps >= 0; steps--)
        {
            (rig.Local, rig.Observation, rig.Memory) = (local, look, memory);
            var host = new FakeHost(rig) { Before = step => Watch(rig, step) };
            host.Do(rig.Plan(), steps);
            host.Converge();
        }
    });

    [Fact]
    public void Every_plan_is_completed_unless_something_outside_is_missing() => ForEveryKeeper(rig =>
    {
        new FakeHost(rig).Converge();
        var plan = rig.Plan();
        if (plan.Verdict is KeeperVerdict.Converged)
        {
            Assert.Empty(plan.Steps);
            Assert.Equal((rig.Assigned.Uid, rig.Assigned.Generation, false),
                (rig.Local.Uid!.Value, rig.Local.Generation, rig.Local.Initializing));
            Assert.Equal(rig.Assigned.Spec.Role == InstanceRole.Standby, rig.Observation.Server!.Answers!.InRecovery);
        }
    });

    private static void Watch(KeeperRig rig, KeeperStep step)
    {
        switch (step)
        {
            case KeeperStep.Erase or KeeperStep.Rewind:
            case var made when Makes(made):
                Assert.Equal((rig.Assigned.Uid, true), (rig.Local.Uid!.Value, rig.Local.Initializing));
                Assert.Null(rig.Observation.Server);
                break;
            case KeeperStep.Start { Configuration.Recovery: RecoveryMode.None } start:
                Assert.Equal(InstanceRole.Primary, rig.Observation.Data!.Role);
                Assert.True(start.Temporary || rig.Assigned.Spec.Role == InstanceRole.Primary);
                break;
            case KeeperStep.SaveInstance { State: { Initializing: false, Generation.Value: > 0 } }:
                Assert.Equal(rig.Assigned.Spec.Role == InstanceRole.Standby,
                    rig.Observation.Server!.Answers!.InRecovery);
                break;
            default:
                break;
        }
    }

    private static bool Makes(KeeperStep step) =>
        step is KeeperStep.InitDb or KeeperStep.Restore or KeeperStep.CloneFrom or KeeperStep.SwapIn;

    private static bool SourceIsHealthy(KeeperRig rig) =>
        rig.Assigned is { Spec: { InitMode: InstanceInitMode.Resync, Follow: FollowSource.Internal follow } }
        && rig.Data.Instances.TryGetValue(follow.Instance, out var source)
        && source.Status is { Healthy: true, ListenAddress.Length: > 0 };

    private static void ForEveryKeeper(Action<KeeperRig> check)
    {
        var keepers = 0;
        foreach (var assignment in Assignments)
        {
            foreach (var mode in Modes)
            {
                foreach (var (files, directory, running, healthy, memory) in States())
                {
                    var rig = assignment.Copy();
                    Put(rig, mode, files, directory, running, healthy);
                    rig.Memory = Memory(rig, memory);
                    keepers++;
                    try
                    {
                        check(rig);
                    }
                    catch (Exception e)
                    {
                        throw new InvalidOperationException(
                            $"{rig.Assigned.Uid} {rig.Assigned.Spec.Role}, init mode {mode}, file {files}, "
                            + $"directory {directory}, running {running}, source healthy {healthy}, "
                            + $"memory {memory}: {e.Message}",
                            e);
                    }
                }
            }
        }

        Assert.Equal(4 * 5 * 5 * 5 * 2 * 2 * 3, keepers);
    }

    private static IEnumerable<(string Files, string Directory, bool Running, bool Healthy, int Memory)> States() =>
        from files in Files
        from directory in Directories
        from running in new[] { false, true }
        from healthy in new[] { false, true }
        from memory in new[] { 0, 1, 2 }
        select (files, directory, running, healthy, memory);

    private static KeeperMemory Memory(KeeperRig rig, int memory) => memory switch
    {
        1 => new KeeperMemory { Prepared = rig.Assigned.Uid },
        2 => new KeeperMemory { InEffect = rig.Desired() },
        _ => new KeeperMemory(),
    };

    private static void Put(
        KeeperRig rig, InstanceInitMode mode, string files, string directory, bool running, bool healthy)
    {
        rig.ChangeAssigned(s => s with { InitMode = mode });
        foreach (var other in rig.Data.Instances.Keys.Where(uid => uid != rig.Assigned.Uid))
        {
            rig.Change(other.Value, i => i with { Status = i.Status with { Healthy = healthy } });
        }

        var own = files.StartsWith("other") ? new InstanceUid("other") : rig.Assigned.Uid;
        var halfMade = files.EndsWith("half-made");
        rig.Local = files == "none"
            ? InstanceState.Empty
            : new InstanceState
            {
                Uid = own,
                Cluster = KeeperRig.Cluster,
                Generation = new(halfMade ? 0 : 1),
                Initializing = halfMade,
            };
        rig.Observation = new PostgresObservation
        {
            Version = new PostgresVersion(15, 18),
            DirectoryHasFiles = directory != "empty",
            CloneSpace = KeeperRig.Room,
            Data = directory is "incomplete" or "empty" ? null : new DataDirectoryObservation
            {
                Role = directory == "standby" ? InstanceRole.Standby : InstanceRole.Primary,
                ShutDownCleanly = directory == "primary, stopped in order" && !running,
                SystemIdentifier = KeeperRig.SystemIdentifier,
                Timeline = new Timeline(1),
                CheckpointPosition = new Lsn(1),
            },
        };
        if (running && rig.Observation.Data is { } data)
        {
            rig.Observation = rig.Observation with
            {
                Server = new ServerObservation
                {
                    ProcessId = 1,
                    Port = 5432,
                    Answers = new ServerAnswers
                    {
                        InRecovery = data.Role == InstanceRole.Standby,
                        ListenAddresses = "*",
                    },
                },
            };
        }
    }
}
