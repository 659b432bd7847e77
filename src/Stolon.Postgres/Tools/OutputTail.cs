namespace Stolon.Postgres.Tools;

/// <summary>Reads a program's output to its end, and keeps a bounded amount of it.</summary>
internal sealed class OutputTail(Action<string> onLine)
{
    /// <summary>pg_controldata prints about 50 lines, the most that is parsed.</summary>
    private const int MaxLines = 200;

    /// <summary>Longer lines are cut: nothing we read or show is longer.</summary>
    private const int MaxLineLength = 2000;

    private readonly Lock _gate = new();
    private readonly Queue<string> _lines = new();

    /// <summary>The last lines so far: a grandchild may still be writing when the program itself has ended.</summary>
    public IReadOnlyCollection<string> Lines
    {
        get
        {
            lock (_gate)
            {
                return [.. _lines];
            }
        }
    }

    public async Task ReadAsync(TextReader reader)
    {
        var buffer = new char[4096];
        var line = new System.Text.StringBuilder();
        int count;
        while ((count = await reader.ReadAsync(buffer, CancellationToken.None)) > 0)
        {
            foreach (var c in buffer.AsSpan(0, count))
            {
                // Progress reports end with a carriage return.
                if (c is '\n' or '\r')
                {
                    Take(line);
                }
                else if (line.Length < MaxLineLength)
                {
                    line.Append(c);
                }
            }
        }

        Take(line);
    }

    private void Take(System.Text.StringBuilder line)
    {
        if (line.Length == 0)
        {
            return;
        }

        var text = line.ToString();
        line.Clear();
        onLine(text);
        lock (_gate)
        {
            _lines.Enqueue(text);
            if (_lines.Count > MaxLines)
            {
                _lines.Dequeue();
            }
        }
    }
}
