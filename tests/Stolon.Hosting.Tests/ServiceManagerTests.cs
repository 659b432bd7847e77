using System.Net.Sockets;
using System.Text;

namespace Stolon.Hosting.Tests;

public sealed class ServiceManagerTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_state_is_one_datagram(bool isAbstract)
    {
        var directory = Directory.CreateTempSubdirectory("stolon-notify-");
        var name = Path.Combine(directory.FullName, "socket");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + name : name));

        new ServiceManager(isAbstract ? "@" + name : name).Notify(ServiceManager.Ready);

        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[100];
        var length = await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, deadline.Token);
        Assert.Equal("READY=1", Encoding.ASCII.GetString(buffer, 0, length));
        directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("relative")]
    [InlineData("/nobody/listens")]
    public void Nobody_who_listens_is_no_error(string? path) => new ServiceManager(path).Notify(ServiceManager.Ready);
}
