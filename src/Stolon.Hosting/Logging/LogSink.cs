using System.Collections.Concurrent;

namespace Stolon.Hosting.Logging;

/// <summary>Writes lines to standard error from a thread of its own, so that a terminal nobody reads cannot stop the
/// program (process-contract.md 1).</summary>
/// <remarks>Each line is one write. When the queue is full, lines are dropped and counted; the count is logged as soon
/// as a line gets through again. A thread and not a task: a blocked write holds it for as long as it likes.</remarks>
internal sealed class LogSink : IDisposable
{
    private readonly BlockingCollection<byte[]> _lines;
    private readonly Stream _output;
    private readonly Func<long, byte[]> _reportDropped;
    private readonly Thread _writer;
    private long _dropped;
    private bool _closed;

    /// <param name="output">Unbuffered; never closed here.</param>
    /// <param name="capacity">Lines held while the output is blocked.</param>
    /// <param name="reportDropped">The line that tells how many were dropped.</param>
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

    /// <summary>Waits up to <paramref name="patience"/> for room: for the last words of the program.</summary>
    public void Write(byte[] line, TimeSpan patience)
    {
        try
        {
            if (!_lines.TryAdd(line, patience))
            {
                Interlocked.Increment(ref _dropped);
            }
        }
        catch (InvalidOperationException)
        {
            // Logged after Close: the program is ending, and somebody was late.
            Interlocked.Increment(ref _dropped);
        }
    }

    /// <summary>Takes no more lines and waits up to <paramref name="patience"/> until those taken are
    /// written.</summary>
    /// <returns>False when the output is blocked and lines remain.</returns>
    public bool Close(TimeSpan patience)
    {
        if (!_closed)
        {
            _closed = true;
            _lines.CompleteAdding();
        }

        return _writer.Join(patience);
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
            // The terminal is gone (EIO) or nobody reads (EPIPE): the program has more important work than its log.
            Interlocked.Increment(ref _dropped);
            return false;
        }
    }
}
