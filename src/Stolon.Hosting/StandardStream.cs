using System.Runtime.InteropServices;

namespace Stolon.Hosting;

/// <summary>Standard output or standard error through write(2), one call for each write.</summary>
/// <remarks> Not <see cref="Console.OpenStandardError()"/>: its first write configures the terminal with a control
/// sequence (keypad mode), which docs/spec/process-contract.md 1 forbids. Not a <see cref="FileStream"/>: it keeps its
/// own file position, and would overwrite what PostgreSQL, a child process, writes to the same file.
/// </remarks>
internal sealed partial class StandardStream(int descriptor) : Stream
{
    public const int Output = 1;
    public const int Error = 2;

    private const int Interrupted = 4;
    private const int WouldBlock = 11;
    private const short Writable = 4;
    private const int NoTimeout = -1;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Blocks while the other end does not read.</summary>
    /// <exception cref="IOException">The terminal or the pipe's other end is closed.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            var written = (int)WriteNative(descriptor, buffer, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[written..];
                continue;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted:
                    break;
                case WouldBlock:
                    // Another program has made the shared terminal non-blocking.
                    var waited = new PollEntry { Descriptor = descriptor, Events = Writable };
                    _ = Poll(ref waited, 1, NoTimeout);
                    break;
                default:
                    throw new IOException(Marshal.GetLastPInvokeErrorMessage());
            }
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteNative(int descriptor, ReadOnlySpan<byte> buffer, nuint count);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollEntry entries, nuint count, int timeoutMilliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Happened;
    }
}
