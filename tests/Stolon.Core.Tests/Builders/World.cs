using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;

namespace Stolon.Core.Tests.Builders;

/// <summary>A cluster as one sentinel observes it: keepers and proxies take their turns, then the sentinel observes,
/// and its decision is written. Instances are named i1, i2, … in the order of their creation.</summary>
internal sealed class World
{
    private static readonly DateTimeOffset Epoch = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private int _instances;

    public World(ClusterSpec spec, params string[] keepers)
    {
        Data = ClusterData.New(new ClusterUid("cluster1"), spec, new WallTime(Epoch));
        foreach (var uid in keepers)
        {
            Keepers.Add(uid, new FakeKeeper(uid));
        }
    }

    public ClusterData Data { get; set; }

    public SentinelMemory Memory { get; set; } = new() { HasObserved = true };

    /// <summary>The memory of a sentinel that observes but is not the leader; null: none.</summary>
    public SentinelMemory? Observer { get; set; }

    public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long before its next look the sentinel could not look.</summary>
    public TimeSpan ObservationGap { get; set; }

    /// <summary>The error of the sentinel's wall clock.</summary>
    public TimeSpan ClockJump { get; set; }

    public int Chance { get; set; }

    public SortedDictionary<string, FakeKeeper> Keepers { get; } = new(StringComparer.Ordinal);

    public SortedDictionary<string, FakeProxy> Proxies { get; } = new(StringComparer.Ordinal);

    /// <summary>The last decision.</summary>
    public SentinelDecision? Last { get; private set; }

    /// <summary>False: decisions do not reach the store.</summary>
    public bool WritesArrive { get; set; } = true;

    public static ClusterSpec New { get; } = new() { InitMode = ClusterInitMode.New };

    public static ClusterSpec Synchronous { get; } = New with { SynchronousReplication = true };

    public string? Primary => Data.Cluster.Primary?.Value;

    public string? Target => Data.Proxy.Target?.Value;

    /// <summary>A cluster in normal service: i1 is primary on the first keeper, i2 and so on are its
    /// standbys.</summary>
    public static World Running(params string[] keepers) => Running(New, keepers);

    public static World Running(ClusterSpec spec, params string[] keepers)
    {
        var world = new World(spec, keepers);
        world.Settle();
        return world;
    }

    public FakeKeeper Keeper(string uid) => Keepers[uid];

    /// <summary>Adds a keeper.</summary>
    public FakeKeeper Keeper(string uid, bool obeys)
    {
        var keeper = new FakeKeeper(uid) { Obeys = obeys };
        Keepers.Add(uid, keeper);
        return keeper;
    }

    public Instance Instance(string uid) => Data.Instances[new InstanceUid(uid)];

    public bool Has(string uid) => Data.Instances.ContainsKey(new InstanceUid(uid));

    /// <summary>The keeper with the data of that instance.</summary>
    public FakeKeeper? Holder(InstanceUid uid) => Keepers.Values.FirstOrDefault(k => k.Instance == uid);

    /// <summary>The requested synchronous standbys of an instance, such as "i2,i3"; null: off.</summary>
    public string? Wanted(string uid) => Text(Instance(uid).Spec.SynchronousStandbys);

    /// <summary>The confirmed ones.</summary>
    public string? Confirmed(string uid) => Text(Instance(uid).Status.SynchronousStandbys);

    public bool Blocked(string uid) =>
        (Instance(uid).Spec.ExternalSynchronousStandbys ?? []).Contains(InstanceSpec.PlaceholderStandby);

    public IEnumerable<T> Notes<T>() => Last!.Notes.OfType<T>();

    public void Respec(Func<ClusterSpec, ClusterSpec> change) =>
        Data = Data with { Cluster = Data.Cluster with { Spec = change(Data.Cluster.Spec) } };

    public void Change(string uid, Func<Instance, Instance> change) =>
        Data = Data with { Instances = Data.Instances.With(new InstanceUid(uid), change(Instance(uid))) };

    public void ChangeKeeper(string uid, Func<KeeperStatus, KeeperStatus> change)
    {
        var keeper = Data.Keepers[new KeeperUid(uid)];
        Data = Data with
        {
            Keepers = Data.Keepers.With(keeper.Uid, keeper with { Status = change(keeper.Status) }),
        };
    }

    public void ChangeKeeperIfKnown(KeeperUid uid, Func<KeeperStatus, KeeperStatus> change)
    {
        if (Data.Keepers.ContainsKey(uid))
        {
            ChangeKeeper(uid.Value, change);
        }
    }

    /// <summary>The primary writes; standbys that stream from it receive it.</summary>
    public void Write(ulong bytes)
    {
        if (Data.Cluster.Primary is not { } primary || Holder(primary) is not { } source)
        {
            return;
        }

        source.Position = new Lsn(source.Position.Value + bytes);
        foreach (var keeper in Keepers.Values.Where(k => k is { IsStandby: true, Streams: true, Silent: false }))
        {
            if (keeper.Timeline == source.Timeline)
            {
                keeper.Position = source.Position;
            }
        }
    }

    /// <summary>All keepers and proxies take a turn, then the sentinel decides.</summary>
    public SentinelDecision Tick(double seconds = 5)
    {
        Now += TimeSpan.FromSeconds(seconds);
        foreach (var keeper in Keepers.Values)
        {
            keeper.Turn(this);
        }

        foreach (var proxy in Proxies.Values)
        {
            proxy.Turn(this);
        }

        return Decide();
    }

    /// <summary>The sentinel looks once more, at what is there now.</summary>
    public SentinelDecision Decide()
    {
        var view = View();
        Last = SentinelDecision.Decide(view, Memory);
        if (Invariants.Check(Data, Last.Data) is { IsEmpty: false } violations)
        {
            throw new InvalidOperationException($"the decision breaks invariants: {violations}");
        }

        Observer = Observer is null ? null : SentinelDecision.Decide(view, Observer).Memory;
        Memory = Last.Memory;
        if (WritesArrive)
        {
            _instances += Last.Data.Instances.Keys.Count(uid => !Data.Instances.ContainsKey(uid));
            Data = Last.Data;
        }

        return Last;
    }

    public SentinelView View() => new()
    {
        Data = Data,
        Keepers = Keepers.Values.Where(k => !k.Gone && k.LastReport is not null)
            .ToValueMap(k => k.Uid, k => k.LastReport!),
        Proxies = Proxies.Values.Where(p => !p.Gone && p.LastReport is not null)
            .ToValueMap(p => p.Uid, p => p.LastReport!),
        Now = Now,
        ObservationGap = ObservationGap,
        WallNow = new WallTime(Epoch + Now + ClockJump),
        FreshUids = Enumerable.Range(_instances + 1, Keepers.Count + 1)
            .Select(n => new InstanceUid($"i{n}"))
            .ToValueList(),
        Chance = Chance,
    };

    /// <summary>Ticks until that much time has passed.</summary>
    public void Advance(double seconds)
    {
        for (var passed = 0.0; passed < seconds; passed += 5)
        {
            Tick(Math.Min(5, seconds - passed));
        }
    }

    /// <summary>Ticks until nothing material changes.</summary>
    public void Settle(int limit = 40)
    {
        for (var calm = 0; calm < 3; limit--)
        {
            if (limit == 0)
            {
                throw new InvalidOperationException($"does not come to rest: {Last!.Notes}");
            }

            var before = Data;
            Tick();
            calm = ChangeWeights.Of(before, Data) == ChangeWeight.Material ? 0 : calm + 1;
        }
    }

    public FakeProxy AddProxy(string uid)
    {
        var proxy = new FakeProxy(uid);
        Proxies.Add(uid, proxy);
        return proxy;
    }

    private static string? Text(ValueList<InstanceUid>? list) => list is { } uids ? string.Join(',', uids) : null;
}
