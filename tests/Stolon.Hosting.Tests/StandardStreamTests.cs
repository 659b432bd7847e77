using System.IO.Pipes;

namespace Stolon.Hosting.Tests;

public sealed class StandardStreamTests
{
    [Fact]
    public async Task All_bytes_arrive()
    {
        await using var reader = new AnonymousPipeServerStream(PipeDirection.In);
        await using var stream = new StandardStream((int)reader.ClientSafePipeHandle.DangerousGetHandle());
        stream.Write("a line\n"u8);
        stream.Flush();
        var buffer = new byte[100];
        var length = await reader.ReadAsync(buffer);
        Assert.Equal("a line\n"u8, buffer.AsSpan(0, length));
    }

    [Fact]
    public void A_descriptor_that_is_gone_is_an_error_of_the_write()
    {
        using var stream = new StandardStream(-1);
        Assert.Equal("Bad file descriptor", Assert.Throws<IOException>(() => stream.Write("x"u8)).Message);
    }
}
