using Microsoft.Extensions.Logging;

namespace Stolon.Hosting.Logging;

/// <summary>One category's logger.</summary>
internal sealed class ConsoleLogger(ConsoleLoggerFactory factory, string caller) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= factory.Options.Minimum && logLevel is not LogLevel.None;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception,
        Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            factory.Write(
                logLevel, $"{caller}:{eventId.Id}", formatter(state, exception), MessageFields.Of(state, exception));
        }
    }
}
