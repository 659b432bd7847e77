using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;

namespace Stolon.Core.Tests.Properties;

/// <summary>A cluster with random failures, and a ledger of the acknowledged commits.</summary>
/// <remarks>The server of a silent keeper keeps its last configuration; an unhealthy one does nothing. As in
/// PostgreSQL, a commit is acknowledged when all standbys named in the primary's configuration in force have
/// it.</remarks>
internal sealed class Storm
{
    private const ulong Base = 0x3000000;

    private readonly Random _random;
    private readonly List<(FakeKeeper Primary, InstanceUid Instance, int Commit)> _pending = [];
    private readonly HashSet<KeeperUid> _slow = [];
    private int _commits;

    public Storm(int seed, ClusterSpec spec, int keepers, int proxies)
    {
        _random = new Random(seed);
        World = World.Running(spec, [.. Enumerable.Range(1, keepers).Select(n => $"k{n}")]);
        foreach (var n in Enumerable.Range(1, proxies))
        {
            World.AddProxy($"p{n}");
        }

        World.Settle();
        if (seed % 2 == 0)
        {
            Slow(World.Keepers.Values.Last().Uid);
        }
    }

    public World World { get; }

    /// <summary>Commits acknowledged to a client, with confirmation of the synchronous standbys.</summary>
    public HashSet<int> Acknowledged { get; } = [];

    /// <summary>The events, for the message of a failing run.</summary>
    public List<string> Events { get; } = [];

    /// <summary>Ends all failures.</summary>
    public void EndFailures()
    {
        _slow.Clear();
        foreach (var keeper in World.Keepers.Values)
        {
            (keeper.Silent, keeper.Gone, keeper.Healthy, keeper.Obeys, keeper.Streams) =
                (false, false, true, true, true);
        }

        foreach (var proxy in World.Proxies.Values)
        {
            (proxy.Silent, proxy.Gone, proxy.Obeys) = (false, false, true);
        }

        World.WritesArrive = true;
    }

    /// <summary>One random event, then all keepers and proxies take a turn.</summary>
    public void Step()
    {
        for (var n = _random.Next(3); n > 0; n--)
        {
            Happen();
        }

        Stream();
        Commit();
        World.Tick(_random.Next(4) == 0 ? 0.5 + _random.NextDouble() : 5);
        Stream();
        Acknowledge();
        Events.Add($"{World.Now.TotalSeconds - 3600:F1} {string.Join("; ", World.Last!.Notes)}");
    }

    private void Happen()
    {
        var keeper = Pick(World.Keepers.Values);
        var what = _random.Next(24);
        Events.Add($"{World.Now.TotalSeconds - 3600:F1} {keeper.Uid} event {what}");
        switch (what)
        {
            case <= 2: keeper.Silent = true; break;
            case <= 5: (keeper.Silent, keeper.Gone) = (false, false); break;
            case <= 7: keeper.Healthy = !keeper.Healthy; break;
            case <= 9: keeper.Obeys = !keeper.Obeys; break;
            case <= 11: keeper.Streams = !keeper.Streams; break;
            case 12: keeper.Gone = true; break;
            case 13: World.ChangeKeeperIfKnown(keeper.Uid, s => s with { ForceFail = true }); break;
            case 14: World.Memory = new(); break;
            case 15: (World.Memory, World.Observer) = (World.Observer ?? World.Memory, World.Memory); break;
            case 16: World.WritesArrive = false; break;
            case <= 18: World.WritesArrive = true; break;
            case 19: World.Respec(s => s with { MaxStandbys = (ushort)(5 + _random.Next(9)) }); break;
            case 20: World.Respec(s => s with { MaxSynchronousStandbys = (ushort)(1 + _random.Next(2)) }); break;
            case 21: World.Respec(s => s with { MaxStandbysPerSender = (ushort)(1 + _random.Next(3)) }); break;
            case 22: Slow(keeper.Uid); break;
            default: Disturb(Pick(World.Proxies.Values)); break;
        }
    }

    /// <summary>A slow standby gets little, however long it streams.</summary>
    private void Slow(KeeperUid keeper)
    {
        if (!_slow.Remove(keeper))
        {
            _slow.Add(keeper);
        }
    }

    private void Disturb(FakeProxy? proxy)
    {
        if (proxy is not null)
        {
            (proxy.Silent, proxy.Obeys) = (_random.Next(3) == 0, _random.Next(3) != 0);
        }
    }

    private void Commit()
    {
        var running = World.Keepers.Values.Where(k => k is { Healthy: true, Applied: not null });
        foreach (var primary in running.Where(k => !k.IsStandby))
        {
            for (var n = _random.Next(6); n > 0; n--)
            {
                var commit = ++_commits;
                Give(primary, primary.Commits.Add(commit));
                _pending.Add((primary, primary.Instance!.Value, commit));
            }
        }
    }

    /// <summary>Each standby gets a part of what its source has, if that continues its own history.</summary>
    private void Stream()
    {
        foreach (var standby in World.Keepers.Values.Where(k => k is { Healthy: true, IsStandby: true, Streams: true }))
        {
            if (Source(standby) is { Healthy: true } source && Continues(source, standby))
            {
                (standby.Timeline, standby.History) = (source.Timeline, source.History);
                var missing = source.Commits.Count - standby.Commits.Count;
                var sent = _slow.Contains(standby.Uid) ? Math.Min(_random.Next(2), missing) : _random.Next(missing + 1);
                Give(standby, source.Commits.GetRange(0, standby.Commits.Count + sent));
            }
        }
    }

    private void Acknowledge()
    {
        foreach (var waiting in _pending.ToList())
        {
            var (primary, instance, commit) = waiting;
            if (primary.Instance != instance || primary.IsStandby || !primary.Healthy)
            {
                _pending.Remove(waiting);
            }
            else if (primary.Applied is { SynchronousReplication: true } spec && Confirmed(primary, spec, commit))
            {
                _pending.Remove(waiting);
                Acknowledged.Add(commit);
            }
        }
    }

    private bool Confirmed(FakeKeeper primary, InstanceSpec spec, int commit) =>
        (spec.ExternalSynchronousStandbys ?? []).IsEmpty
        && spec.SynchronousStandbys is { IsEmpty: false } names
        && names.All(uid => World.Holder(uid) is { Healthy: true, IsStandby: true, Streams: true } standby
            && Source(standby) == primary
            && standby.Commits.Contains(commit));

    private FakeKeeper? Source(FakeKeeper standby) =>
        standby.Applied?.Follow is FollowSource.Internal follow ? World.Holder(follow.Instance) : null;

    /// <remarks>Each commit is made once, so equal commits at the same index have equal predecessors.</remarks>
    private static bool Continues(FakeKeeper source, FakeKeeper standby) =>
        source.Commits.Count >= standby.Commits.Count
        && (standby.Commits.IsEmpty || source.Commits[standby.Commits.Count - 1] == standby.Commits[^1])
        && !TimelineFork.OnDifferentBranch(Place(source), Place(standby));

    private static TimelinePosition Place(FakeKeeper keeper) => new(keeper.Timeline, keeper.Position, keeper.History);

    private static void Give(FakeKeeper keeper, System.Collections.Immutable.ImmutableList<int> commits) =>
        (keeper.Commits, keeper.Position) = (commits, new Lsn(Base + (ulong)commits.Count));

    private T Pick<T>(IReadOnlyCollection<T> of) => of.ElementAtOrDefault(_random.Next(Math.Max(1, of.Count)))!;
}
