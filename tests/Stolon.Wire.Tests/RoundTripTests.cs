using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>Whatever the domain can say survives the format. A failing seed is in the test's name.</summary>
public sealed class RoundTripTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Cluster_data(int seed)
    {
        var data = new Some(seed).ClusterData();
        Assert.Equal(data, WireFormat.ReadClusterData(WireFormat.Write(data)));
        Assert.Equal(data, WireFormat.ReadClusterData(WireFormat.WriteIndented(data)));
        Assert.Equal(data.Cluster.Spec, SpecJson.Decode(SpecJson.Encode(data.Cluster.Spec)));
        Assert.Equal(
            ClusterSettings.From(data.Cluster.Spec),
            ClusterSettings.From(SpecJson.Decode(SpecJson.EncodeWithDefaults(data.Cluster.Spec))));
        Assert.Equal(data.Cluster.Spec, SpecJson.Merge(data.Cluster.Spec, "{}"));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Keeper_reports(int seed)
    {
        var report = new Some(seed).KeeperReport();
        Assert.Equal(report, WireFormat.ReadKeeperReport(WireFormat.Write(report)));
    }

    /// <summary>Arbitrary values of the domain, repeatable by seed.</summary>
    private sealed class Some(int seed)
    {
        private const string Letters = "az09_ <>&\"'\\\né漢\u2028";

        private readonly Random _random = new(seed);

        public ClusterData ClusterData() => new()
        {
            ChangeTime = Time(),
            Cluster = new Cluster
            {
                Uid = new ClusterUid(Text()),
                Generation = new Generation(Number()),
                ChangeTime = Time(),
                Spec = Spec(),
                Phase = Perhaps(Any<ClusterPhase>),
                Primary = Perhaps(Instance),
            },
            Keepers = Many(() => new KeeperUid(Text())).ToSortedSet().ToValueMap(uid => uid, Keeper),
            Instances = Many(Instance).ToSortedSet().ToValueMap(uid => uid, Instance),
            Proxy = new ProxyDirective
            {
                Generation = new Generation(Number()),
                ChangeTime = Time(),
                Target = Perhaps(Instance),
                EnabledProxies = Many(() => new ProxyUid(Text())),
            },
        };

        public KeeperReport KeeperReport() => new()
        {
            InfoUid = Text(),
            Uid = new KeeperUid(Text()),
            Cluster = Perhaps(() => new ClusterUid(Text())),
            BootUuid = PerhapsText(),
            BinaryVersion = new PostgresVersion(_random.Next(20), _random.Next(30)),
            EligibleAsPrimary = Perhaps(Yes),
            EligibleAsSynchronousStandby = Perhaps(Yes),
            Postgres = !Yes() ? null : new PostgresReport(State())
            {
                Instance = Perhaps(Instance),
                Generation = new Generation(Number()),
                Healthy = Yes(),
                Stopped = Yes(),
                SynchronousStandbys = Perhaps(() => Many(Instance)),
            },
        };

        private ClusterSpec Spec() => new()
        {
            SleepInterval = Perhaps(Duration),
            RequestTimeout = Perhaps(Duration),
            ConvergenceTimeout = Perhaps(Duration),
            InitTimeout = Perhaps(Duration),
            SyncTimeout = Perhaps(Duration),
            DbWaitReadyTimeout = Perhaps(Duration),
            FailInterval = Perhaps(Duration),
            DeadKeeperRemovalInterval = Perhaps(Duration),
            ProxyCheckInterval = Perhaps(Duration),
            ProxyTimeout = Perhaps(Duration),
            MaxStandbys = Perhaps(Short),
            MaxStandbysPerSender = Perhaps(Short),
            MaxStandbyLagBytes = Perhaps(() => (uint)_random.NextInt64(uint.MaxValue)),
            SynchronousReplication = Perhaps(Yes),
            MinSynchronousStandbys = Perhaps(Short),
            MaxSynchronousStandbys = Perhaps(Short),
            AdditionalWalSenders = Perhaps(Short),
            ExtraPrimarySlots = Perhaps(() => Many(Text)),
            UsePgRewind = Perhaps(Yes),
            InitMode = Perhaps(Any<ClusterInitMode>),
            MergePgParameters = Perhaps(Yes),
            Role = Perhaps(Any<ClusterRole>),
            NewConfig = Yes() ? New() : null,
            PointInTimeConfig = Yes() ? PointInTime() : null,
            ExistingConfig = Yes() ? new ExistingConfig { KeeperUid = PerhapsText() } : null,
            StandbyConfig = Yes() ? new StandbyConfig { Standby = Standby(), ArchiveRecovery = Archive() } : null,
            ReplicationAccess = Perhaps(Any<ReplicationAccess>),
            PgParameters = Parameters(),
            PgHba = Perhaps(() => Many(Text)),
            AutomaticPgRestart = Perhaps(Yes),
        };

        private KeeperRecord Keeper(KeeperUid uid) => new()
        {
            Uid = uid,
            Generation = new Generation(Number()),
            ChangeTime = Time(),
            Status = new KeeperStatus
            {
                Healthy = Yes(),
                LastHealthyTime = Time(),
                BootUuid = PerhapsText(),
                BinaryVersion = new PostgresVersion(_random.Next(20), _random.Next(30)),
                ForceFail = Yes(),
                EligibleAsPrimary = Perhaps(Yes),
                EligibleAsSynchronousStandby = Perhaps(Yes),
            },
        };

        private Instance Instance(InstanceUid uid) => new()
        {
            Uid = uid,
            Generation = new Generation(Number()),
            ChangeTime = Time(),
            Spec = new InstanceSpec
            {
                Keeper = new KeeperUid(Text()),
                RequestTimeout = Duration(),
                MaxStandbys = Short(),
                SynchronousReplication = Yes(),
                UsePgRewind = Yes(),
                AdditionalWalSenders = Short(),
                AdditionalReplicationSlots = Perhaps(() => Many(Text)),
                InitMode = Perhaps(Any<InstanceInitMode>),
                NewConfig = Yes() ? New() : null,
                PointInTimeConfig = Yes() ? PointInTime() : null,
                PgParameters = Parameters(),
                PgHba = Perhaps(() => Many(Text)),
                Role = Perhaps(Any<InstanceRole>),
                Follow = Yes() ? null : Yes() ? new FollowSource.Internal(Instance())
                    : new FollowSource.External(Standby(), Archive()),
                Followers = Many(Instance),
                IncludePreviousConfig = Yes(),
                SynchronousStandbys = Perhaps(() => Many(Instance)),
                ExternalSynchronousStandbys = Perhaps(() => Many(Text)),
            },
            Status = new InstanceStatus(State())
            {
                Healthy = Yes(),
                CurrentGeneration = new Generation(Number()),
                SynchronousStandbys = Perhaps(() => Many(Instance)),
            },
        };

        private PostgresState State() => new()
        {
            ListenAddress = PerhapsText(),
            Port = PerhapsText(),
            SystemIdentifier = PerhapsText(),
            Timeline = new Timeline((ulong)Number()),
            Position = new Lsn((ulong)_random.NextInt64(long.MinValue, long.MaxValue)),
            ReplayedPosition = new Lsn((ulong)Number()),
            TimelineHistory = History(),
            PgParameters = Parameters(),
            OldestWalFile = PerhapsText(),
            PendingRestart = Many(Text),
        };

        private NewConfig New() =>
            new() { Locale = PerhapsText(), Encoding = PerhapsText(), DataChecksums = Yes() };

        private PointInTimeConfig PointInTime() => new()
        {
            DataRestoreCommand = PerhapsText(),
            ArchiveRecovery = Archive(),
            RecoveryTarget = !Yes() ? null : new RecoveryTargetSettings
            {
                Target = PerhapsText(),
                TargetLsn = PerhapsText(),
                TargetName = PerhapsText(),
                TargetTime = PerhapsText(),
                TargetXid = PerhapsText(),
                TargetTimeline = PerhapsText(),
            },
        };

        private StandbySettings? Standby() => !Yes() ? null : new StandbySettings
        {
            PrimaryConnInfo = PerhapsText(),
            PrimarySlotName = PerhapsText(),
            RecoveryMinApplyDelay = PerhapsText(),
        };

        private ArchiveRecoverySettings? Archive() =>
            Yes() ? new ArchiveRecoverySettings { RestoreCommand = PerhapsText() } : null;

        private ValueList<TimelineSwitch> History() => Many(
            () => new TimelineSwitch(new Timeline((ulong)Number()), new Lsn((ulong)Number()), Yes() ? Text() : ""));

        private ValueMap<string, string> Parameters() => Many(Text).ToSortedSet().ToValueMap(name => name, _ => Text());

        private WallTime Time() => Yes() ? WallTime.Never : new WallTime(
            new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.FromMinutes(_random.Next(-840, 840))).AddTicks(Number()),
            _random.Next(100));

        private TimeSpan Duration() => TimeSpan.FromTicks(_random.NextInt64(-1_000_000_000, 1_000_000_000_000));

        private ushort Short() => (ushort)_random.Next(ushort.MaxValue + 1);

        private long Number() => Yes() ? 0 : _random.NextInt64(1, 100_000_000_000_000_000);

        private InstanceUid Instance() => new(Text());

        private string Text() => string.Concat(
            Enumerable.Range(0, _random.Next(1, 8)).Select(_ => Letters[_random.Next(Letters.Length)]));

        private string? PerhapsText() => Yes() ? Text() : null;

        private bool Yes() => _random.Next(2) == 1;

        private T? Perhaps<T>(Func<T> make)
            where T : struct => Yes() ? make() : null;

        private ValueList<T> Many<T>(Func<T> make) =>
            Enumerable.Range(0, _random.Next(4)).Select(_ => make()).ToValueList();

        private T Any<T>()
            where T : struct, Enum => Enum.GetValues<T>()[_random.Next(Enum.GetValues<T>().Length)];
    }
}
