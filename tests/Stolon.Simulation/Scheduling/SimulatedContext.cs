namespace Stolon.Simulation.Scheduling;

/// <summary>Runs the continuations of one simulated process. A frozen process keeps them for later, a dead one drops
/// them.</summary>
internal sealed class SimulatedContext(Scheduler scheduler, string name) : SynchronizationContext
{
    private readonly List<Action> _pending = [];

    public string Name { get; } = name;

    public bool Frozen { get; private set; }

    public bool Dead { get; private set; }

    public bool Runs => !Frozen && !Dead;

    public override void Post(SendOrPostCallback d, object? state) =>
        scheduler.At(scheduler.Now, this, () => d(state));

    public override void Send(SendOrPostCallback d, object? state) =>
        throw new NotSupportedException("nothing may block in a simulation");

    public override SynchronizationContext CreateCopy() => this;

    public void After(TimeSpan delay, Action action) => scheduler.At(scheduler.Now + delay, this, action);

    public void Run(Action action)
    {
        if (Dead)
        {
            return;
        }

        if (Frozen)
        {
            _pending.Add(action);
            return;
        }

        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            action();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    public void Freeze() => Frozen = true;

    public void Thaw()
    {
        Frozen = false;
        foreach (var action in _pending)
        {
            scheduler.At(scheduler.Now, this, action);
        }

        _pending.Clear();
    }

    public void Kill()
    {
        Dead = true;
        _pending.Clear();
    }
}
