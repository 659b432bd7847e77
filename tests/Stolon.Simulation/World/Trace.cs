using System.Text;
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
