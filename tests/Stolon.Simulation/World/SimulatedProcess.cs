using Stolon.Simulation.Scheduling;

namespace Stolon.Simulation.World;

/// <summary>One run of an agent, until it is killed, stopped, or fails.</summary>
internal sealed class SimulatedProcess
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SimulatedWorld _world;

    private SimulatedProcess(SimulatedWorld world, string name)
    {
        _world = world;
        Name = name;
        Context = new SimulatedContext(world.Scheduler, name);
        Time = new SimulatedTime(world.Scheduler, Context, world.Chance.Seconds(-5, 5));
        Logger = new TraceLogger(world, name);
    }

    /// <summary>The agent's name, also in the network; a restarted agent keeps it.</summary>
    public string Name { get; }

    public SimulatedContext Context { get; }

    public TimeProvider Time { get; }

    public TraceLogger Logger { get; }

    /// <summary>Neither killed nor ended.</summary>
    public bool Alive { get; private set; } = true;

    /// <summary>Asked to stop; it may still be running.</summary>
    public bool Stopping { get; private set; }

    public static SimulatedProcess Start(
        SimulatedWorld world, string name, Func<SimulatedProcess, CancellationToken, Task> main)
    {
        var process = new SimulatedProcess(world, name);
        world.Trace.Write(name, "starts");
        process.Context.Post(_ => process.Watch(process.RunAsync(main)), null);
        return process;
    }

    public void Kill()
    {
        Alive = false;
        Context.Kill();
        _world.Trace.Write(Name, "killed");
    }

    /// <summary>Asks it to stop, as SIGTERM does.</summary>
    public void Stop()
    {
        if (!Alive || Stopping)
        {
            return;
        }

        Stopping = true;
        _world.Trace.Write(Name, "asked to stop");
        Context.Post(_ => _stop.Cancel(), null);
    }

    public void Freeze()
    {
        Context.Freeze();
        _world.Trace.Write(Name, "frozen");
    }

    public void Thaw()
    {
        _world.Trace.Write(Name, "thawed");
        Context.Thaw();
    }

    private async Task RunAsync(Func<SimulatedProcess, CancellationToken, Task> main)
    {
        try
        {
            await main(this, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // It was asked to stop.
        }

        if (!_stop.IsCancellationRequested)
        {
            throw new InvalidOperationException("it ended without being asked to");
        }
    }

    /// <summary>An agent that ends by itself is a defect, for any reason: agents must survive all faults.</summary>
    private async void Watch(Task running)
    {
        try
        {
            await running;
            _world.Trace.Write(Name, "ended");
        }
#pragma warning disable CA1031 // Any exception of an agent is a finding.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _world.Violated("AgentsSurviveFaults", $"{Name} failed: {e}");
        }

        Alive = false;
    }
}
