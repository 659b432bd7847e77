namespace Stolon.Store.Contract;

/// <summary>The system's time on a host whose wall clock is changed, or which is frozen for a while.</summary>
/// <remarks>The clocks of a frozen host continue, but its timers fire only after the thaw.</remarks>
public sealed class SkewedTimeProvider : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<Action> _late = [];
    private bool _frozen;
    private TimeSpan _jump;

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _jump;

    public override long GetTimestamp() => System.GetTimestamp();

    public override long TimestampFrequency => System.TimestampFrequency;

    /// <summary>Changes the wall clock by this much.</summary>
    public void Jump(TimeSpan by) => _jump += by;

    public void Freeze()
    {
        lock (_lock)
        {
            _frozen = true;
        }
    }

    public void Thaw()
    {
        List<Action> late;
        lock (_lock)
        {
            _frozen = false;
            late = [.. _late];
            _late.Clear();
        }

        late.ForEach(act => act());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(_ => WhenThawed(() => callback(state)), null, dueTime, period);

    private void WhenThawed(Action act)
    {
        lock (_lock)
        {
            if (_frozen)
            {
                _late.Add(act);
                return;
            }
        }

        act();
    }
}
