using System.Globalization;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;

namespace Stolon.Core.Tests.Scenarios;

/// <summary>Runs a scenario: each line is a command, and the following lines that begin with "> " are its expected
/// result.</summary>
/// <remarks>Commands: Scenarios/README.md.</remarks>
internal sealed class ScenarioRunner
{
    private readonly List<string> _output = [];
    private World _world = new(World.New);
    private TimeSpan _start;
    private HashSet<SentinelNote> _told = [];

    /// <summary>The script with the results of this run.</summary>
    public static string Play(string script)
    {
        var runner = new ScenarioRunner();
        var lines = new List<string>();
        foreach (var line in script.TrimEnd().Split('\n').Where(l => !l.StartsWith("> ", StringComparison.Ordinal)))
        {
            lines.Add(line);
            if (line.Length > 0 && line[0] != '#')
            {
                runner._output.Clear();
                runner.Do(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
                lines.AddRange(runner._output.Select(o => "> " + o));
            }
        }

        return string.Join('\n', lines) + "\n";
    }

    private void Do(string[] words)
    {
        switch (words)
        {
            case ["cluster", .. var settings]: Begin(settings); break;
            case ["keeper", .. var uids]: Each(uids, u => _world.Keeper(u, obeys: true)); break;
            case ["proxy", .. var uids]: Each(uids, u => _world.AddProxy(u)); break;
            case ["settle"]: Settle(); break;
            case ["pass", var seconds]: Advance(Number(seconds)); break;
            case ["show"]: Show(); break;
            case ["write", var bytes]: _world.Write((ulong)Number(bytes)); break;
            case ["update", .. var settings]: _world.Respec(s => ScenarioSettings.Apply(s, settings)); break;
            case ["failkeeper", var uid]: _world.ChangeKeeper(uid, s => s with { ForceFail = true }); break;
            case ["leader", "new"]: _world.Memory = new SentinelMemory(); break;
            case ["leader", "observer"]: _world.Memory = _world.Observer!; break;
            case ["observer", "joins"]: _world.Observer = new SentinelMemory(); break;
            case ["clock", "jumps", var hours]: _world.ClockJump += TimeSpan.FromHours(Number(hours)); break;
            case [var uid, .. var what] when _world.Keepers.ContainsKey(uid): Keeper(_world.Keeper(uid), what); break;
            case [var uid, .. var what] when _world.Proxies.ContainsKey(uid): Proxy(_world.Proxies[uid], what); break;
            default: throw new FormatException($"no such command: {string.Join(' ', words)}");
        }
    }

    private void Begin(string[] settings)
    {
        _world = new World(ScenarioSettings.Apply(World.New, settings));
        _start = _world.Now;
    }

    private static void Keeper(FakeKeeper keeper, string[] what)
    {
        switch (what)
        {
            case ["falls", "silent"]: keeper.Silent = true; break;
            case ["speaks"]: keeper.Silent = false; break;
            case ["is", "sick"]: keeper.Healthy = false; break;
            case ["is", "well"]: keeper.Healthy = true; break;
            case ["does", "nothing"]: keeper.Obeys = false; break;
            case ["does", "its", "work"]: keeper.Obeys = true; break;
            case ["streams"]: keeper.Streams = true; break;
            case ["stops", "streaming"]: keeper.Streams = false; break;
            case ["may", "not", "be", "primary"]: keeper.EligibleAsPrimary = false; break;
            case ["promotes", "itself"]: keeper.Promote(); break;
            default: throw new FormatException($"a keeper cannot: {string.Join(' ', what)}");
        }
    }

    private static void Proxy(FakeProxy proxy, string[] what)
    {
        switch (what)
        {
            case ["falls", "silent"]: proxy.Silent = true; break;
            case ["speaks"]: proxy.Silent = false; break;
            case ["hangs"]: proxy.Obeys = false; break;
            case ["goes", "on"]: proxy.Obeys = true; break;
            default: throw new FormatException($"a proxy cannot: {string.Join(' ', what)}");
        }
    }

    private void Settle()
    {
        for (var calm = 0; calm < 3;)
        {
            var before = _world.Data;
            Tick(5);
            calm = ChangeWeights.Of(before, _world.Data) == ChangeWeight.Material ? 0 : calm + 1;
        }
    }

    private void Advance(double seconds)
    {
        for (var passed = 0.0; passed < seconds; passed += 5)
        {
            Tick(Math.Min(5, seconds - passed));
        }
    }

    /// <summary>Writes what was not written at the previous tick, as the sentinel's log does.</summary>
    private void Tick(double seconds)
    {
        _world.Tick(seconds);
        foreach (var note in _world.Last!.Notes.Where(n => !_told.Contains(n)))
        {
            _output.Add($"{(_world.Now - _start).TotalSeconds,5:F0} s  {note}");
        }

        _told = [.. _world.Last.Notes];
    }

    private void Show()
    {
        foreach (var i in _world.Data.Instances.Values)
        {
            var other = i.Spec.Role == InstanceRole.Primary ? "replaced" : "standby";
            var role = i.Uid == _world.Data.Cluster.Primary ? "primary" : other;
            var state = (i.Status.Healthy ? "healthy" : "failed") + (i.Converged ? "" : ", converging");
            var wanted = _world.Wanted(i.Uid.Value) is { } names
                ? $", waits for [{names}], confirmed [{_world.Confirmed(i.Uid.Value)}]"
                : "";
            _output.Add($"{i.Uid} on {i.Spec.Keeper}: {role}, {state}, timeline {i.Status.Timeline}{wanted}"
                + (_world.Blocked(i.Uid.Value) ? ", commits blocked" : ""));
        }

        var proxy = _world.Data.Proxy;
        _output.Add($"proxies: {proxy.Target?.Value ?? "closed"}, enabled {proxy.EnabledProxies}");
    }

    private static void Each(string[] uids, Action<string> action)
    {
        foreach (var uid in uids)
        {
            action(uid);
        }
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
