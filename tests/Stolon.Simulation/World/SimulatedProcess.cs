using Stolon.Simulation.Scheduling;

namespace Stolon.Simulation.World;

/// <summary>One run of an agent, from its start to its end: killed, stopped, or failed by itself.</summary>
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

    /// <summary>Of the agent, also in the network; a restarted agent keeps it.</summary>
    public string Name { get; }

    public SimulatedContext Context { get; }

    public TimeProvider Time { get; }

    public TraceLogger Logger { get; }

    /// <summary>Neither killed nor ended.</summary>
    public bool Alive { get; private set; } = true;

    /// <summary>Told to end; it may still be at it.</summary>
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

    /// <summary>Asks it to end, as SIGTERM does.</summary>
    public void Stop()
    {
        if (!Alive || Stopping)
        {
            return;
        }

        Stopping = true;
        _world.Trace.Write(Name, "told to stop");
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
            // Told to stop, and did.
        }

        if (!_stop.IsCancellationRequested)
        {
            throw new InvalidOperationException("it ended without being told to");
        }
    }

    /// <summary>An agent that ends by itself is a defect, whatever the reason: the world's faults are to be
    /// borne.</summary>
    private async void Watch(Task running)
    {
        try
        {
            await running;
            _world.Trace.Write(Name, "ended");
        }
#pragma warning disable CA1031 // Whatever an agent died of is the finding.
        catch (Exception e)
#pragma warning restore CA1031
        {
            _world.Violated("AgentsBearFaults", $"{Name} died of {e}");
        }

        Alive = false;
    }
}
