namespace Stolon.Simulation.Scheduling;

/// <summary>The clock of one process: virtual time, a wall clock that may be wrong, and timers that fire in its
/// context.</summary>
internal sealed class SimulatedTime(Scheduler scheduler, SimulatedContext context, TimeSpan wallClockError)
    : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override DateTimeOffset GetUtcNow() => Epoch + scheduler.Now + wallClockError;

    public override long GetTimestamp() => scheduler.Now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new SimulatedTimer(scheduler, context, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }
}

internal sealed class SimulatedTimer(Scheduler scheduler, SimulatedContext context, Action callback) : ITimer
{
    private int _setting;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        scheduler.CheckThread();
        var setting = ++_setting;
        if (dueTime >= TimeSpan.Zero)
        {
            scheduler.At(scheduler.Now + dueTime, context, () => Fire(setting, period));
        }

        return true;
    }

    public void Dispose() => _setting++;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return ValueTask.CompletedTask;
    }

    private void Fire(int setting, TimeSpan period)
    {
        if (setting != _setting)
        {
            return;
        }

        if (period > TimeSpan.Zero)
        {
            scheduler.At(scheduler.Now + period, context, () => Fire(setting, period));
        }

        callback();
    }
}
