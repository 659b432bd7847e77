using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Tests.Builders;

/// <summary>The input of one keeper's plans: by default keeper k1 runs the converged primary i1, with i2 on k2 as its
/// standby.</summary>
internal sealed class KeeperRig
{
    public const string SystemIdentifier = FakeKeeper.Cluster;

    public static readonly ClusterUid Cluster = new("cluster1");

    private KeeperRig(World world, string self)
    {
        Data = world.Data;
        Self = new KeeperUid(self);
        var instance = Data.InstanceOf(Self)!;
        var role = instance.Spec.Role!.Value;
        Local = new InstanceState
        {
            Uid = instance.Uid,
            Cluster = Cluster,
            Generation = instance.Generation,
            AcknowledgedTimeline = role == InstanceRole.Primary ? instance.Status.Timeline : default,
        };
        Observation = new PostgresObservation
        {
            Version = new PostgresVersion(15, 18),
            DirectoryHasFiles = true,
            CloneSpace = Room,
            Data = new DataDirectoryObservation
            {
                Role = role,
                SystemIdentifier = SystemIdentifier,
                Timeline = new Timeline(1),
                CheckpointPosition = new Lsn(0x2000000),
            },
            Server = new ServerObservation
            {
                ProcessId = 4242,
                Port = 5432,
                Answers = new ServerAnswers
                {
                    InRecovery = role == InstanceRole.Standby,
                    ListenAddresses = "*",
                    Slots = instance.Spec.Followers.Select(ReplicationSlotName.Of).ToValueList(),
                    SynchronousStandbys = instance.Spec.SynchronousStandbys ?? [],
                },
            },
        };
        Memory = new KeeperMemory { InEffect = Desired() };
    }

    /// <summary>Enough space for a clone beside the data.</summary>
    public static CloneSpace Room { get; } = new()
    {
        Requirements = [new SpaceRequirement("/data", 1000, 2000)],
    };

    public ClusterData Data { get; set; }

    public KeeperUid Self { get; }

    public InstanceState Local { get; set; }

    public PostgresObservation Observation { get; set; }

    public KeeperMemory Memory { get; set; } = new();

    public ClusterUid? KnownCluster { get; set; } = Cluster;

    public SeenClusterData? Seen { get; set; }

    public KeeperIdentity Identity { get; set; } = new()
    {
        BootUuid = "boot",
        ListenAddress = "*",
        Port = "5432",
        Advertised = new ServerAddress("self.example", "5432"),
        Superuser = new Login("postgres", "md5", new Secret("s")),
        Replication = new Login("repl", "md5", new Secret("r")),
    };

    public Instance Assigned => Data.InstanceOf(Self)!;

    public static KeeperRig Primary(ClusterSpec? spec = null) => Of("k1", spec);

    public static KeeperRig Standby(ClusterSpec? spec = null) => Of("k2", spec);

    /// <summary>Keeper k1, which ran primary i1, comes back after i2 has replaced it, and is assigned the new instance
    /// i3.</summary>
    public static KeeperRig Returned(ClusterSpec? spec = null)
    {
        var world = World.Running(spec ?? World.New, "k1", "k2");
        BootOf(world, "k1");
        var old = world.Data.InstanceOf(new KeeperUid("k1"))!;
        world.Keeper("k1").Silent = true;
        world.Advance(30);
        world.Settle();
        world.Keeper("k1").Silent = false;
        world.Keeper("k1").Obeys = false;
        world.Settle();
        var rig = new KeeperRig(world, "k1")
        {
            Local = new InstanceState { Uid = old.Uid, Cluster = Cluster, Generation = old.Generation },
            Memory = new KeeperMemory(),
        };
        rig.Observation = rig.Observation with
        {
            Data = rig.Observation.Data! with { Role = InstanceRole.Primary, ShutDownCleanly = true },
            Server = null,
        };
        return rig;
    }

    public KeeperView View() => new()
    {
        Data = Data,
        Self = Self,
        Identity = Identity,
        KnownCluster = KnownCluster,
        Seen = Seen,
        Local = Local,
        Observation = Observation,
        Memory = Memory,
    };

    public KeeperPlan Plan() => ConvergencePlan.For(View());

    /// <summary>The plan after the source has answered, if a probe is needed first.</summary>
    public KeeperPlan PlanAfterProbe()
    {
        var plan = Plan();
        if (plan.Steps is [KeeperStep.ProbeSource])
        {
            Memory = plan.OnSuccess;
            plan = Plan();
        }

        return plan;
    }

    public KeeperRig Copy() => (KeeperRig)MemberwiseClone();

    /// <summary>The plan's steps by name, such as "Stop Start AwaitReady", after the probe of a source if one is
    /// needed.</summary>
    public string Steps() => Names(PlanAfterProbe());

    public static string Names(KeeperPlan plan) => string.Join(' ', plan.Steps.Select(s => s.GetType().Name));

    public ServerConfiguration Desired() => Assigned.Spec.Role == InstanceRole.Primary
        ? DesiredConfiguration.Primary(View(), Assigned, internalOnly: false)
        : DesiredConfiguration.Standby(View(), Assigned)!;

    public void Change(string uid, Func<Instance, Instance> change)
    {
        var instance = Data.Instances[new InstanceUid(uid)];
        Data = Data with { Instances = Data.Instances.With(instance.Uid, change(instance)) };
    }

    public void ChangeAssigned(Func<InstanceSpec, InstanceSpec> change) =>
        Change(Assigned.Uid.Value, i => i with { Spec = change(i.Spec), Generation = i.Generation.Next });

    public void ChangeServer(Func<ServerAnswers, ServerAnswers> change) =>
        Observation =
            Observation with { Server = Observation.Server! with { Answers = change(Observation.Server.Answers!) } };

    public void Respec(Func<ClusterSpec, ClusterSpec> change) =>
        Data = Data with { Cluster = Data.Cluster with { Spec = change(Data.Cluster.Spec) } };

    private static KeeperRig Of(string self, ClusterSpec? spec)
    {
        var world = World.Running(spec ?? World.New, "k1", "k2");
        BootOf(world, self);
        return new KeeperRig(world, self);
    }

    private static void BootOf(World world, string self)
    {
        world.Keeper(self).BootUuid = "boot";
        world.Settle();
    }
}
