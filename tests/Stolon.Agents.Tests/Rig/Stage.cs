using Stolon.Simulation.Scheduling;
using Stolon.Store.InMemory;
using Stolon.Testing;

namespace Stolon.Agents.Tests.Rig;

/// <summary>One agent on one thread in virtual time, with a store beside it that goes on when the agent is
/// frozen.</summary>
internal sealed class Stage
{
    private readonly Scheduler _scheduler = new();
    private readonly SimulatedContext _agent;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _begun = [];

    public Stage()
    {
        _agent = new SimulatedContext(_scheduler, "agent");
        Time = new SimulatedTime(_scheduler, _agent, TimeSpan.Zero);
        var beside = new SimulatedContext(_scheduler, "store");
        Server = new InMemoryKeyValueStore(new SimulatedTime(_scheduler, beside, TimeSpan.Zero));
        Store = new RecordingStore(Server, Journal, Time);
    }

    public TimeProvider Time { get; }

    public TimeSpan Now => _scheduler.Now;

    public InMemoryKeyValueStore Server { get; }

    public RecordingStore Store { get; }

    /// <summary>What the agent did to the outside, in order.</summary>
    public List<string> Journal { get; } = [];

    public RecordedLog Log { get; } = new();

    public CountingIds Ids { get; } = new();

    /// <summary>Begins an activity of the agent that goes on by itself; should it fail, <see
    /// cref="Advance(TimeSpan)"/> fails.</summary>
    public void Begin(Func<CancellationToken, Task> activity) => _begun.Add(Start(activity));

    /// <summary>Begins an activity of the agent; <see cref="Stop"/> ends it.</summary>
    public Task Start(Func<CancellationToken, Task> activity)
    {
        var started = Task.CompletedTask;
        _agent.Run(() => started = activity(_stop.Token));
        Advance(TimeSpan.Zero);
        return started;
    }

    /// <summary>Runs one activity of the agent to its end, which comes within that many seconds.</summary>
    public T Do<T>(Func<CancellationToken, Task<T>> activity, double within = 0)
    {
        var task = (Task<T>)Start(_ => activity(CancellationToken.None));
        Advance(within);
        Assert.True(task.IsCompleted, "it has not ended yet");
        return task.GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Do{T}"/>
    public void Do(Func<CancellationToken, Task> activity) => Do(async token =>
    {
        await activity(token);
        return true;
    });

    public void Advance(TimeSpan span)
    {
        _scheduler.RunUntil(_scheduler.Now + span, () => false);
        _scheduler.ThrowIfEscaped();
        Assert.All(_begun, t => Assert.Null(t.Exception));
    }

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    /// <summary>The agent's process stands still for so long, as by SIGSTOP or a suspended host; then it goes
    /// on.</summary>
    public void Freeze(double seconds)
    {
        _agent.Freeze();
        Advance(seconds);
        _agent.Thaw();
    }

    /// <summary>Asks the agent to end, as SIGTERM does.</summary>
    public void Stop() => _agent.Run(_stop.Cancel);
}
