using System.IO.Pipes;
using System.Text;
using Stolon.Hosting.Logging;

namespace Stolon.Hosting.Tests.Logging;

public sealed class LogSinkTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_pipe_without_a_reader_does_not_block_and_lost_lines_are_counted()
    {
        await using var reader = new AnonymousPipeServerStream(PipeDirection.In);
        await using var writer = new AnonymousPipeClientStream(PipeDirection.Out, reader.ClientSafePipeHandle);
        using var sink = new LogSink(writer, capacity: 8, dropped => Encoding.ASCII.GetBytes($"dropped {dropped}\n"));
        var line = new byte[1024];
        line.AsSpan().Fill((byte)'x');
        line[^1] = (byte)'\n';

        // A pipe holds 64 KiB, so that this line blocks the writer. Were Write to block too, the loop would not end.
        const int Written = 2000;
        sink.Write([.. new byte[1 << 20], (byte)'\n']);
        for (var i = 0; i < Written; i++)
        {
            sink.Write(line);
        }

        Assert.True(sink.Dropped > Written / 2, $"{sink.Dropped} dropped");
        Assert.False(sink.Close(TimeSpan.FromMilliseconds(50)), "the output is blocked, yet all was written");

        var lines = await ReadLinesUntilAsync(reader, l => l.StartsWith("dropped", StringComparison.Ordinal));
        Assert.True(sink.Close(Patience));
        var reported = lines.Where(l => l.StartsWith("dropped", StringComparison.Ordinal))
            .Sum(l => int.Parse(l.Split(' ')[1]));
        Assert.True(reported > Written / 2, $"{reported} reported");
        Assert.Equal(0, sink.Dropped);
    }

    [Fact]
    public void Each_line_is_one_write_in_order()
    {
        using var output = new WriteRecorder();
        using var sink = new LogSink(output, 100, _ => []);
        sink.Write("a\n"u8.ToArray());
        sink.Write("b\n"u8.ToArray());
        Assert.True(sink.Close(Patience));
        Assert.Equal(["a\n", "b\n"], output.Writes);
    }

    [Fact]
    public void A_terminal_that_is_gone_stops_nothing()
    {
        using var output = new WriteRecorder { FailingWrites = 1 };
        using var sink = new LogSink(output, 100, dropped => Encoding.ASCII.GetBytes($"dropped {dropped}\n"));
        sink.Write("a\n"u8.ToArray());
        sink.Write("b\n"u8.ToArray());
        Assert.True(sink.Close(Patience));
        Assert.Equal(["b\n", "dropped 1\n"], output.Writes);
    }

    [Fact]
    public void A_line_after_the_end_is_counted_and_nothing_else()
    {
        using var output = new WriteRecorder();
        using var sink = new LogSink(output, 100, _ => []);
        Assert.True(sink.Close(Patience));
        sink.Write("late\n"u8.ToArray());
        Assert.Empty(output.Writes);
        Assert.Equal(1, sink.Dropped);
    }

    private static async Task<List<string>> ReadLinesUntilAsync(Stream stream, Func<string, bool> isLast)
    {
        using var deadline = new CancellationTokenSource(Patience);
        using var reader = new StreamReader(stream, leaveOpen: true);
        var lines = new List<string>();
        while (lines.Count == 0 || !isLast(lines[^1]))
        {
            lines.Add(await reader.ReadLineAsync(deadline.Token) ?? throw new EndOfStreamException());
        }

        return lines;
    }

    private sealed class WriteRecorder : MemoryStream
    {
        public List<string> Writes { get; } = [];

        public int FailingWrites { get; set; }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (FailingWrites-- > 0)
            {
                throw new IOException("Input/output error");
            }

            Writes.Add(Encoding.UTF8.GetString(buffer));
        }
    }
}
