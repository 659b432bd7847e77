using Stolon.Core.Model;
using Stolon.Simulation.Checkers;
using Stolon.Simulation.Network;
using Stolon.Simulation.Postgres;
using Stolon.Simulation.World;
using Stolon.Store.KeyValue;

namespace Stolon.Simulation.Faults;

/// <summary>All faults. A new kind is a new method and a line in <see cref="Kinds"/>.</summary>
internal sealed class FaultCatalogue
{
    private static readonly Action Nothing = () => { };

    private readonly SimulatedWorld _world;
    private readonly Chance _chance;

    public FaultCatalogue(SimulatedWorld world, Chance chance)
    {
        (_world, _chance) = (world, chance);
        Kinds =
        [
            KillHost, KillHost, KillKeeper, KillPostgres, StopAgent, KillAgent,
            FreezeAgent, FreezeAgent, FreezePostgres, FreezeHost,
            CutFromStore, CutFromStore, CutFromStore, CutReplication, IsolateHost, CutProxy, StoreOutage,
            DeleteCandidacy, FailKeeper, FailKeeper, ChangeStandbys, DenyLogin,
        ];
    }

    /// <summary>A kind listed more than once is more likely.</summary>
    public IReadOnlyList<Func<Fault>> Kinds { get; }

    private KeeperNode AnyKeeper => _chance.OneOf(_world.Keepers);

    private Node AnyNode => _chance.OneOf([.. _world.Nodes]);

    private Fault KillHost()
    {
        var keeper = LikelyPrimary();
        return new Fault(
            $"{keeper.Name} and its PostgreSQL are killed", () => Kill(keeper, keeper.Host), () => Revive(keeper));
    }

    private Fault KillKeeper()
    {
        var keeper = AnyKeeper;
        return new Fault(
            $"{keeper.Name} is killed, its PostgreSQL continues", () => Kill(keeper, null), () => Revive(keeper));
    }

    private Fault KillPostgres()
    {
        var keeper = LikelyPrimary();
        return new Fault($"PostgreSQL of {keeper.Name} is killed", () => keeper.Host.ServerEnded("killed"), Nothing);
    }

    private Fault StopAgent()
    {
        var node = AnyNode;
        return new Fault($"{node.Name} is stopped", () => node.Process!.Stop(), () => Revive(node));
    }

    private Fault KillAgent()
    {
        Node node = _chance.Of(0.5) ? _chance.OneOf(_world.Sentinels) : _chance.OneOf(_world.Proxies);
        return new Fault($"{node.Name} is killed", () => Kill(node, null), () => Revive(node));
    }

    private Fault FreezeAgent()
    {
        var process = AnyNode.Process!;
        return new Fault($"{process.Name} freezes", process.Freeze, process.Thaw);
    }

    private Fault FreezePostgres()
    {
        var host = AnyKeeper.Host;
        var server = host.Server;
        return new Fault($"PostgreSQL of {host.Name} freezes", () => server?.Freeze(), () => server?.Thaw());
    }

    private Fault FreezeHost()
    {
        var keeper = LikelyPrimary();
        var (process, server) = (keeper.Process!, keeper.Host.Server);
        return new Fault(
            $"{keeper.Name} and its PostgreSQL freeze",
            () =>
            {
                process.Freeze();
                server?.Freeze();
            },
            () =>
            {
                server?.Thaw();
                process.Thaw();
            });
    }

    private Fault DenyLogin()
    {
        var host = LikelyPrimary().Host;
        return new Fault(
            $"{host.Name} cannot log in to its PostgreSQL",
            () => host.LoginDenied = true,
            () => host.LoginDenied = false);
    }

    /// <summary>Not in <see cref="Kinds"/>: it is scheduled separately, so it does not displace other faults.</summary>
    public Fault PauseReplay()
    {
        var host = AnyKeeper.Host;
        var server = host.Server;
        return new Fault(
            $"replay of {host.Name} is paused", () => server?.PauseReplay(), () => server?.ResumeReplay());
    }

    /// <summary>Scheduled separately, as <see cref="PauseReplay"/>.</summary>
    public Fault RefuseWal()
    {
        var host = AnyKeeper.Host;
        return new Fault(
            $"every server rejects the healthy standby of {host.Name}",
            () => host.AllowWal(false),
            () => host.AllowWal(true));
    }

    /// <summary>Scheduled separately, as <see cref="PauseReplay"/>.</summary>
    public Fault RefuseConfiguration()
    {
        var host = LikelyPrimary().Host;
        var server = host.Server;
        return new Fault(
            $"PostgreSQL of {host.Name} rejects reloads",
            () => Refuse(server, true),
            () => Refuse(server, false));
    }

    private static void Refuse(SimulatedServer? server, bool refuses)
    {
        if (server is not null)
        {
            server.RejectsConfiguration = refuses;
        }
    }

    /// <summary>Scheduled separately. It ends with the copy's deletion, because no client may have written to the copy
    /// only.</summary>
    public Fault CopyKeeper()
    {
        var original = LikelyPrimary();
        KeeperNode? copy = null;
        return new Fault(
            $"the disk of {original.Name} is copied, and a second keeper runs from the copy",
            () =>
            {
                copy = new KeeperNode(
                    _world, original.Host.Copy(100 + _world.Copies.Count), uid: original.Name);
                _world.Copies.Add(copy);
                copy.Start();
            },
            () =>
            {
                new OneKeeperPerUid(_world).Check(copy!.Host);
                Kill(copy, copy.Host);
            });
    }

    private Fault CutFromStore() => Cut("is cut off from the store", AnyNode.Name, SimulatedNetwork.Store);

    private Fault CutReplication()
    {
        var keeper = LikelyPrimary();
        return Cut("is cut off from other keepers", keeper.Name, [.. Others(keeper)]);
    }

    private Fault IsolateHost()
    {
        var keeper = LikelyPrimary();
        return _chance.Of(0.5)
            ? Cut("is cut off from store and keepers", keeper.Name, [SimulatedNetwork.Store, .. Others(keeper)])
            : Cut(
                "is cut off from everything",
                keeper.Name,
                [SimulatedNetwork.Store, .. Others(keeper), .. _world.Proxies.Select(p => p.Name)]);
    }

    private Fault CutProxy() => Cut(
        "is cut off from store and one keeper",
        _chance.OneOf(_world.Proxies).Name,
        SimulatedNetwork.Store,
        AnyKeeper.Name);

    private Fault StoreOutage() =>
        new("the store goes down", () => _world.Store.Outage(down: true), () => _world.Store.Outage(down: false));

    private Fault DeleteCandidacy() => new(
        "the leader's candidacy is deleted",
        () =>
        {
            var (server, prefix) = (_world.Store.Server, _world.Store.Paths.SentinelLeader + "/");
            var candidacies = server.CandidaciesAsync(prefix, CancellationToken.None).GetAwaiter().GetResult();
            if (candidacies.Count > 0)
            {
                server.DeleteAsync(candidacies[0].Key, CancellationToken.None).GetAwaiter().GetResult();
            }
        },
        Nothing);

    /// <summary><c>stolonctl failkeeper</c>: a running primary is replaced.</summary>
    private Fault FailKeeper()
    {
        var keeper = new KeeperUid(LikelyPrimary().Name);
        return new Fault(
            $"an operator fails keeper {keeper}",
            () => Operate(data => data.Keepers.TryGetValue(keeper, out var record)
                ? data with
                {
                    Keepers = data.Keepers.With(
                        keeper, record with { Status = record.Status with { ForceFail = true } }),
                }
                : data),
            Nothing);
    }

    /// <summary><c>stolonctl update</c>.</summary>
    private Fault ChangeStandbys()
    {
        var max = (ushort)_chance.Between(1, 2);
        return new Fault(
            $"an operator sets maxSynchronousStandbys to {max}",
            () => Operate(data => data with
            {
                Cluster = data.Cluster with { Spec = data.Cluster.Spec with { MaxSynchronousStandbys = max } },
            }),
            Nothing);
    }

    private void Operate(Func<ClusterData, ClusterData> change)
    {
        if (_world.Store.Peek() is { } data)
        {
            var store = new KeyValueClusterStore(_world.Store.Server, _world.Store.Paths);
            store.PutAsync(change(data), CancellationToken.None).GetAwaiter().GetResult();
            _world.ClusterDataWritten("operator");
        }
    }

    /// <summary>Faults at the primary find the most.</summary>
    private KeeperNode LikelyPrimary() =>
        _chance.Of(0.6) && _world.Keepers.FirstOrDefault(k => k.Host.Server is { TakesWrites: true }) is { } primary
            ? primary
            : AnyKeeper;

    private IEnumerable<string> Others(KeeperNode keeper) => _world.Keepers.Where(k => k != keeper).Select(k => k.Name);

    private Fault Cut(string what, string node, params string[] others) => new(
        $"{node} {what} ({string.Join(' ', others)})",
        () => Array.ForEach(others, o => _world.Network.Cut(node, o)),
        () => Array.ForEach(others, o => _world.Network.Repair(node, o)));

    private static void Kill(Node node, SimulatedHost? host)
    {
        if (node.Runs)
        {
            node.Process!.Kill();
        }

        host?.ServerEnded("killed");
    }

    /// <summary>An agent that was asked to stop may still be running; its supervisor starts the next run after
    /// that.</summary>
    private void Revive(Node node)
    {
        if (node.Runs && node.Process!.Stopping)
        {
            _world.Context.After(TimeSpan.FromSeconds(1), () => Revive(node));
            return;
        }

        node.Start();
    }
}
