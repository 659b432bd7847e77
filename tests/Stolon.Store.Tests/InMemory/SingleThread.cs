using Microsoft.Extensions.Time.Testing;

namespace Stolon.Store.Tests.InMemory;

/// <summary>Runs everything on the test's thread in one order, as the simulator does, and counts continuations on other
/// threads.</summary>
internal sealed class SingleThread : SynchronizationContext
{
    /// <summary>Time passes in such steps; what a timer wakes runs before the next step.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    private readonly Queue<(SendOrPostCallback Callback, object? State)> _ready = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private int _escapes;

    public FakeTimeProvider Time { get; } = new();

    /// <summary>The number of continuations from another thread.</summary>
    public int Escapes => Volatile.Read(ref _escapes);

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            Interlocked.Increment(ref _escapes);
        }

        lock (_ready)
        {
            _ready.Enqueue((d, state));
        }
    }

    /// <summary>Starts a task on this thread.</summary>
    public T Start<T>(Func<T> begin)
    {
        var outer = Current;
        SetSynchronizationContext(this);
        try
        {
            return begin();
        }
        finally
        {
            SetSynchronizationContext(outer);
        }
    }

    /// <summary>Advances the time by this span.</summary>
    public void Run(TimeSpan span)
    {
        Drain();
        for (var passed = TimeSpan.Zero; passed < span; passed += Step)
        {
            Time.Advance(Step);
            Drain();
        }
    }

    private void Drain()
    {
        while (Next() is var (callback, state))
        {
            Start(() =>
            {
                callback(state);
                return 0;
            });
        }
    }

    private (SendOrPostCallback, object?)? Next()
    {
        lock (_ready)
        {
            return _ready.TryDequeue(out var next) ? next : null;
        }
    }
}
