using Microsoft.Extensions.Logging;
using Stolon.Hosting.Options;

namespace Stolon.Hosting.Logging;

/// <summary>Creates the loggers of a program, which all write to one sink.</summary>
/// <remarks>The factory of Microsoft.Extensions.Logging would add four assemblies to the native program, for one
/// provider and one level.</remarks>
public sealed class ConsoleLoggerFactory : ILoggerFactory
{
    /// <summary>Lines kept while the terminal is blocked: minutes of a busy keeper, less than a megabyte.</summary>
    internal const int Capacity = 4096;

    /// <summary>How long the end of the program waits for its last lines.</summary>
    internal static readonly TimeSpan FinalFlushTimeout = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly LogSink _sink;

    /// <param name="output">Standard error, unbuffered; left open.</param>
    public ConsoleLoggerFactory(Stream output, TimeProvider time, int capacity = Capacity)
    {
        _time = time;
        _sink = new LogSink(output, capacity, DroppedLine);
    }

    /// <summary>May be replaced later: the first lines are logged before the options are read.</summary>
    public LoggingOptions Options { get; set; } = LoggingOptions.Default;

    public ILogger CreateLogger(string categoryName) => new ConsoleLogger(this, CallerOf(categoryName));

    /// <exception cref="NotSupportedException">Always: users rely on the format.</exception>
    public void AddProvider(ILoggerProvider provider) =>
        throw new NotSupportedException("there is one log, on standard error");

    /// <summary>Writes the remaining lines, as far as the terminal accepts them within a second.</summary>
    public void Dispose()
    {
        _sink.Close(FinalFlushTimeout);
        _sink.Dispose();
    }

    internal void Write(
        LogLevel level, string caller, string message, IReadOnlyList<KeyValuePair<string, object?>> fields)
    {
        var entry = new LogEntry
        {
            Time = _time.GetLocalNow(),
            Level = level,
            Caller = caller,
            Message = message,
            Fields = fields,
        };
        var timeout = level is LogLevel.Critical ? FinalFlushTimeout : TimeSpan.Zero;
        _sink.Write(LogLine.Format(entry, Options.Color), timeout);
    }

    private static string CallerOf(string category)
    {
        var parts = category.Split('.');
        return parts.Length < 2 ? category : $"{parts[^2]}/{parts[^1]}";
    }

    private byte[] DroppedLine(long count)
    {
        var entry = new LogEntry
        {
            Time = _time.GetLocalNow(),
            Level = LogLevel.Warning,
            Caller = "Logging/LogSink:0",
            Message = "log lines dropped while standard error was blocked",
            Fields = [new("count", count)],
        };
        return LogLine.Format(entry, Options.Color);
    }
}
