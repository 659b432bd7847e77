using System.Collections.Concurrent;

namespace Stolon.Hosting.Logging;

/// <summary>Writes lines to standard error on a separate thread, so that a blocked terminal does not stop the program
/// (docs/spec/process-contract.md 1).</summary>
/// <remarks>Each line is one write. When the queue is full, lines are dropped and counted; the count is logged when a
/// line can be written again. A thread, not a task: a write may block without limit.</remarks>
internal sealed class LogSink : IDisposable
{
    private readonly BlockingCollection<byte[]> _lines;
    private readonly Stream _output;
    private readonly Func<long, byte[]> _reportDropped;
    private readonly Thread _writer;
    private long _dropped;
    private bool _closed;

    /// <param name="output">Unbuffered; not closed.</param>
    /// <param name="capacity">Lines held while the output is blocked.</param>
    /// <param name="reportDropped">Returns the line about the number of dropped lines.</param>
    public LogSink(Stream output, int capacity, Func<long, byte[]> reportDropped)
    {
        _output = output;
        _reportDropped = reportDropped;
        _lines = new BlockingCollection<byte[]>(capacity);
        _writer = new Thread(WriteAll) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    /// <summary>Lines dropped and not yet reported.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Never blocks.</summary>
    public void Write(byte[] line) => Write(line, TimeSpan.Zero);

    /// <summary>Waits up to <paramref name="timeout"/> for room in the queue: for the last line of the
    /// program.</summary>
    public void Write(byte[] line, TimeSpan timeout)
    {
        try
        {
            if (!_lines.TryAdd(line, timeout))
            {
                Interlocked.Increment(ref _dropped);
            }
        }
        catch (InvalidOperationException)
        {
            // Logged after Close: the program is ending.
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Accepts no more lines, and waits up to <paramref name="timeout"/> until the queued lines are
    /// written.</summary>
    /// <returns>False: the output is blocked, and lines remain.</returns>
    public bool Close(TimeSpan timeout)
    {
        if (!_closed)
        {
            _closed = true;
            _lines.CompleteAdding();
        }

        return _writer.Join(timeout);
    }

    public void Dispose()
    {
        if (Close(TimeSpan.Zero))
        {
            _lines.Dispose();
        }
    }

    private void WriteAll()
    {
        foreach (var line in _lines.GetConsumingEnumerable())
        {
            if (TryWrite(line) && Interlocked.Exchange(ref _dropped, 0) is var dropped and > 0
                && !TryWrite(_reportDropped(dropped)))
            {
                Interlocked.Add(ref _dropped, dropped);
            }
        }
    }

    private bool TryWrite(byte[] line)
    {
        try
        {
            _output.Write(line);
            _output.Flush();
            return true;
        }
        catch (IOException)
        {
            // The terminal (EIO) or the reader (EPIPE) is gone. The program continues without its log.
            Interlocked.Increment(ref _dropped);
            return false;
        }
    }
}
