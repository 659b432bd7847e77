using System.Text;
using Microsoft.Extensions.Logging;
using Stolon.Simulation.Scheduling;

namespace Stolon.Simulation.World;

/// <summary>The events of a run, one line each; the same for the same seed.</summary>
internal sealed class Trace(Scheduler scheduler)
{
    private readonly List<string> _lines = [];

    public void Write(string who, string what)
    {
        scheduler.CheckThread();
        _lines.Add($"{scheduler.Now.TotalSeconds,9:F3} {who,-6} {what}");
    }

    public string All() => string.Join('\n', _lines);

    public string Last(int count)
    {
        var text = new StringBuilder();
        foreach (var line in _lines.Skip(Math.Max(0, _lines.Count - count)))
        {
            text.Append(line).Append('\n');
        }

        return text.ToString();
    }
}

/// <summary>Writes an agent's log lines into the trace.</summary>
internal sealed class TraceLogger(Trace trace, string who) : ILogger
{
    /// <summary>A keeper logs these at every run.</summary>
    private static readonly string[] EveryRunTexts =
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
            if (!EveryRunTexts.Contains(text))
            {
                trace.Write(who, text + (exception is null ? "" : $" ({exception.Message})"));
            }
        }
    }
}
