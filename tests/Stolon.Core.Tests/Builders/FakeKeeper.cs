using System.Collections.Immutable;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Tests.Builders;

/// <summary>A keeper that applies the cluster data at once, unless a test configures it otherwise.</summary>
internal sealed class FakeKeeper(string uid)
{
    public const string Cluster = "7000000000000000001";

    private int _report;
    private Lsn _replayed;

    public KeeperUid Uid { get; } = new(uid);

    /// <summary>Writes no new reports; the last one stays in the store.</summary>
    public bool Silent { get; set; }

    /// <summary>Its last report has left the store.</summary>
    public bool Gone { get; set; }

    public bool Healthy { get; set; } = true;

    /// <summary>The reason that it reports while it is not healthy.</summary>
    public string? Reason { get; set; }

    /// <summary>Its final report: it was asked to stop, and PostgreSQL has ended.</summary>
    public bool Stopped { get; set; }

    /// <summary>How often its server has ended by itself.</summary>
    public int UnplannedEnds { get; set; }

    /// <summary>Its server does not start; null: it does.</summary>
    public StartTrouble? StartTrouble { get; set; }

    /// <summary>Reports from the files of a server that does not run.</summary>
    public bool TellsFiles { get; set; }

    /// <summary>What keeps it from querying its server; with it, <see cref="Healthy"/> is false.</summary>
    public string? Obstacle { get; set; }

    /// <summary>With an obstacle: it has observed that the server accepts clients.</summary>
    public bool Serves { get; set; }

    /// <summary>The source from which its standby streams, as reported.</summary>
    public string? StreamsFrom { get; set; }

    /// <summary>False: it reports, but applies nothing.</summary>
    public bool Obeys { get; set; } = true;

    public bool? EligibleAsPrimary { get; set; } = true;

    public bool? EligibleAsSynchronousStandby { get; set; } = true;

    /// <summary>False: it does not receive the primary's WAL.</summary>
    public bool Streams { get; set; } = true;

    /// <summary>False: received WAL is not replayed.</summary>
    public bool Replays { get; set; } = true;

    /// <summary>False: it reports only the received position, as the original's keepers do.</summary>
    public bool TellsReplay { get; set; } = true;

    /// <summary>False: it does not report who streams from it, as the original's keepers do not.</summary>
    public bool TellsStreams { get; set; } = true;

    public bool IsStandby { get; set; }

    public InstanceUid? Instance { get; set; }

    public Generation Generation { get; set; }

    public string? SystemIdentifier { get; set; }

    public Timeline Timeline { get; set; }

    public Lsn Position { get; set; }

    public ValueList<TimelineSwitch> History { get; set; }

    public ValueMap<string, string> Parameters { get; set; } = ValueMap<string, string>.Empty;

    public string? OldestWalFile { get; set; }

    /// <summary>The address that it advertises.</summary>
    public string Host { get; set; } = $"{uid}.example";

    /// <summary>The number of its next report; 0: no numbers.</summary>
    public long Number { get; set; }

    public string BootUuid { get; set; } = $"boot-{uid}";

    public ClusterUid? BelongsTo { get; set; }

    /// <summary>Its reported complaints.</summary>
    public ValueList<Complaint> Complaints { get; set; }

    /// <summary>The data that it reports to hold; null: not reported.</summary>
    public HeldData? Holds { get; set; }

    public PostgresVersion Version { get; set; } = new(15, 18);

    /// <summary>The standbys that it reports as in sync; null: the requested ones that stream.</summary>
    public ValueList<InstanceUid>? InSync { get; set; }

    /// <summary>The standbys that it reports as streaming from it; null: those that do.</summary>
    public ValueList<StandbyStream>? Connected { get; set; }

    public ValueList<SlotUse>? Slots { get; set; }

    public DiskSpace? WalDisk { get; set; }

    /// <summary>It does nothing until an operator has acted.</summary>
    public bool Refuses { get; set; }

    /// <summary>The specification that its server runs with.</summary>
    public InstanceSpec? Applied { get; private set; }

    /// <summary>The commits it has, in order; only <see cref="Properties.Storm"/> writes any.</summary>
    public ImmutableList<int> Commits { get; set; } = [];

    public KeeperReport? LastReport { get; private set; }

    /// <summary>One turn: apply the cluster data, then report.</summary>
    public void Turn(World world)
    {
        if (Silent || Gone)
        {
            return;
        }

        if (Obeys)
        {
            Obey(world);
        }

        LastReport = Report(world);
    }

    /// <summary>Becomes primary on a new timeline.</summary>
    public void Promote()
    {
        History = TimelineHistory.LastTwo(History.Add(new TimelineSwitch(Timeline, Position, "promoted")));
        Timeline = new Timeline(Timeline.Value + 1);
        IsStandby = false;
    }

    private void Obey(World world)
    {
        BelongsTo = world.Data.Cluster.Uid;
        if (world.Data.InstanceOf(Uid) is not { } instance)
        {
            (Instance, Generation, Applied) = (null, Generation.None, null);
            return;
        }

        if (Instance != instance.Uid)
        {
            Become(world, instance);
        }

        if (instance.Spec.Role == InstanceRole.Primary && IsStandby)
        {
            Promote();
        }

        Generation = instance.Generation;
        Applied = instance.Spec;
    }

    private void Become(World world, Instance instance)
    {
        Instance = instance.Uid;
        if (instance.Spec.Follow is FollowSource.Internal { Instance: var followed }
            && world.Holder(followed) is { } source)
        {
            (SystemIdentifier, Timeline, Position, History, IsStandby) =
                (source.SystemIdentifier, source.Timeline, source.Position, source.History, true);
            Commits = source.Commits;
        }
        else
        {
            (SystemIdentifier, Timeline, Position, History, IsStandby) =
                (Cluster, new Timeline(1), new Lsn(0x3000000), [], instance.Spec.Role == InstanceRole.Standby);
        }
    }

    private KeeperReport Report(World world) => new()
    {
        InfoUid = $"{Uid}-{++_report}",
        Uid = Uid,
        Cluster = BelongsTo ?? world.Data.Cluster.Uid,
        BootUuid = BootUuid,
        Number = Number,
        BinaryVersion = Version,
        EligibleAsPrimary = EligibleAsPrimary,
        EligibleAsSynchronousStandby = EligibleAsSynchronousStandby,
        Holds = Holds,
        Complaints = Refuses
            ? [new Complaint(ComplaintSubject.Convergence, "no room", WallTime.Never) { Refusal = true }]
            : Complaints,
        Postgres = new PostgresReport
        {
            Instance = Instance,
            Generation = Generation,
            ListenAddress = Host,
            Port = "5432",
            Stopped = Stopped,
            Obstacle = Obstacle,
            Serves = Serves,
            StreamsFrom = StreamsFrom,
            Healthy = Healthy && Instance is not null,
            Reason = Healthy ? null : Reason,
            UnplannedEnds = UnplannedEnds,
            StartTrouble = StartTrouble,
            SystemIdentifier = Healthy || TellsFiles ? SystemIdentifier : null,
            Timeline = Healthy || TellsFiles ? Timeline : default,
            Position = Healthy || TellsFiles ? Position : default,
            ReplayedPosition = Healthy ? Replayed() : default,
            TimelineHistory = Healthy || TellsFiles ? History : [],
            PgParameters = Healthy ? Parameters : ValueMap<string, string>.Empty,
            OldestWalFile = Healthy ? OldestWalFile : null,
            SynchronousStandbys = Healthy ? InSync ?? Streaming(world) : null,
            Slots = Slots ?? (TellsStreams ? ValueList<SlotUse>.Empty : null),
            WalDisk = WalDisk,
            Streams = Healthy && TellsStreams && !IsStandby ? Connected ?? Followers(world) : null,
        },
    };

    private Lsn Replayed()
    {
        _replayed = Replays ? Position : _replayed;
        return IsStandby && TellsReplay ? _replayed : Lsn.Unknown;
    }

    private ValueList<StandbyStream> Followers(World world) => world.Keepers.Values
        .Where(k => k is
        { Silent: false, Gone: false, Healthy: true, IsStandby: true, Streams: true, Instance: not null }
            && k.Applied?.Follow is FollowSource.Internal { Instance: var followed } && followed == Instance)
        .Select(k => new StandbyStream(k.Instance!.Value, StandbyStream.StreamingState, k.Position))
        .ToValueList();

    private ValueList<InstanceUid> Streaming(World world) =>
        IsStandby
            ? []
            : (Applied?.SynchronousStandbys ?? []).Where(uid => world.Holder(uid) is
            { Silent: false, Gone: false, Healthy: true, IsStandby: true, Streams: true })
                .ToSortedSet();
}
