using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Proxy;
using Stolon.Core.Tests.Builders;

namespace Stolon.Core.Tests.Proxy;

/// <summary>A proxy's read-only port in a cluster of three keepers: i1 is the primary, i2 and i3 are its
/// standbys.</summary>
internal sealed class Readers
{
    private ReadRouteMemory _memory = new();

    public Readers(ClusterSpec? spec = null)
    {
        World = World.Running(spec ?? World.New, "k1", "k2", "k3");
    }

    public World World { get; }

    public ReadLimits Limits { get; set; } = new();

    public ReadRouteDecision Last { get; private set; } = ReadRouteDecision.For(
        ClusterData.New(new ClusterUid("none"), World.New, WallTime.Never), new ReadLimits(), new(), default);

    /// <summary>Reads the cluster data, and returns where readers go, such as "i2 i3(behind)".</summary>
    public string Check()
    {
        Last = ReadRouteDecision.For(World.Data, Limits, _memory, World.Now);
        _memory = Last.Memory;
        return string.Join(' ', Last.Targets.Select(t => t.Behind ? $"{t.Instance}(behind)" : $"{t.Instance}"));
    }

    /// <summary>The cluster runs for that time, the primary writes all the time, and the proxy checks.</summary>
    public string Run(double seconds, ulong bytesPerTick = 1000)
    {
        for (var passed = 0.0; passed < seconds; passed += 5)
        {
            World.Write(bytesPerTick);
            World.Tick();
            World.Data = World.Data with { ChangeTime = new WallTime(DateTimeOffset.UnixEpoch + World.Now) };
            Check();
        }

        return Check();
    }

    /// <summary>The store was unreachable for so long that all connections were closed.</summary>
    public void Closed() => _memory = _memory.Closed();

    /// <summary>A proxy that has just started.</summary>
    public void Forget() => _memory = new ReadRouteMemory();

    public StandbyRefusal? WhyNot(string uid) => Last.Refused.Find<InstanceUid, StandbyRefusal>(new InstanceUid(uid));

    public void ChangeStatus(string uid, Func<InstanceStatus, InstanceStatus> change) =>
        World.Change(uid, i => i with { Status = change(i.Status) });

    public void ChangeSpec(string uid, Func<InstanceSpec, InstanceSpec> change) =>
        World.Change(uid, i => i with { Spec = change(i.Spec), Generation = i.Generation.Next });
}
