using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary><see cref="Crowd"/> from outside.</summary>
internal sealed class CrowdProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private CrowdProcess(Process process, IPEndPoint server)
    {
        _process = process;
        Server = server;
    }

    /// <summary>Where the crowd accepts connections.</summary>
    public IPEndPoint Server { get; }

    public static async Task<CrowdProcess> StartAsync(IPEndPoint forwarder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Crowd.Command, $"{forwarder.Port}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        var process = Process.Start(start)!;
        var port = await process.StandardOutput.ReadLineAsync().WaitAsync(Patience);
        return new CrowdProcess(
            process, new IPEndPoint(IPAddress.Loopback, int.Parse(port!, CultureInfo.InvariantCulture)));
    }

    public async Task JoinAsync(int count) => Assert.Equal("joined", await AskAsync($"join {count}"));

    /// <summary>The moment when the last connection was seen to be cut, as <see cref="Stopwatch.GetTimestamp"/> counts:
    /// it is the same clock in both processes.</summary>
    public async Task<long> AwaitCutAsync()
    {
        var answer = (await AskAsync("await")).Split(' ');
        Assert.Equal("cut", answer[0]);
        return long.Parse(answer[1], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    private async Task<string> AskAsync(string what)
    {
        await _process.StandardInput.WriteLineAsync(what);
        await _process.StandardInput.FlushAsync();
        return await _process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? "the crowd has died";
    }
}
