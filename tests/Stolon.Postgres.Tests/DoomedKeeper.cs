using System.Diagnostics;

namespace Stolon.Postgres.Tests;

/// <summary>A keeper's process that starts its server and is then killed, for what happens to the server.</summary>
internal sealed class DoomedKeeper : IDisposable
{
    public const string Command = "--doomed-keeper";

    private readonly Process _process;

    private DoomedKeeper(Process process) => _process = process;

    /// <summary>Starts the instance's server from a process of its own; returns when the server runs.</summary>
    public static async Task<DoomedKeeper> StartAsync(TestInstance instance)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Command, instance.Directory, $"{instance.Port}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync());
        return new DoomedKeeper(process);
    }

    /// <summary>The other process.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var instance = TestInstance.At(args[0], int.Parse(args[1]));
        await instance.Server.StartAsync(instance.Configuration(), temporary: false, CancellationToken.None);
        Console.WriteLine("started");
        await Task.Delay(Timeout.Infinite);
        return 0;
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose() => _process.Dispose();
}
