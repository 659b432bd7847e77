using Microsoft.Extensions.Logging;

namespace Stolon.Simulation.World;

/// <summary>Writes an agent's log lines into the trace.</summary>
internal sealed class TraceLogger(SimulatedWorld world, string who) : ILogger
{
    /// <summary>A keeper says these at every run.</summary>
    private static readonly string[] Chatter =
    [
        "our db requested role is master", "our db requested role is standby", "already master", "already standby",
        "postgres parameters not changed",
    ];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel,
        EventId eventId,
        TState state,
        Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            var text = formatter(state, exception);
            if (!Chatter.Contains(text))
            {
                world.Trace.Write(who, text + (exception is null ? "" : $" ({exception.Message})"));
            }

            if (logLevel == LogLevel.Error)
            {
                world.ErrorLogged(text);
            }
        }
    }
}
