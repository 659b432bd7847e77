using System.Diagnostics;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

/// <summary>A keeper's process that starts its server and is then killed, for what happens to the server.</summary>
internal sealed class KilledKeeper : IDisposable
{
    public const string Command = "--doomed-keeper";

    private const string Cloning = "--clone";

    private readonly Process _process;

    private KilledKeeper(Process process) => _process = process;

    /// <summary>Starts the instance's server from a process of its own; returns when the server runs.</summary>
    public static Task<KilledKeeper> StartAsync(TestInstance instance) => RunAsync(instance, []);

    /// <summary>Restores with this command in a process of its own; returns when the command has written
    /// something.</summary>
    public static async Task<KilledKeeper> RestoringAsync(TestInstance instance, string command)
    {
        var keeper = await RunAsync(instance, [command]);
        await Eventually.BeTrueAsync(
            () => Directory.Exists(instance.Postgres) && Directory.GetFiles(instance.Postgres).Length > 0,
            TimeSpan.FromSeconds(20),
            "the restore writes");
        return keeper;
    }

    /// <summary>Clones from that server in a process of its own.</summary>
    public static Task<KilledKeeper> CloningAsync(TestInstance instance, ServerAddress source) =>
        RunAsync(instance, [Cloning, source.Host, source.Port]);

    private static async Task<KilledKeeper> RunAsync(TestInstance instance, string[] restore)
    {
        var start = new ProcessStartInfo(
            Environment.ProcessPath!, [Command, instance.Directory, $"{instance.Port}", .. restore])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync());
        return new KilledKeeper(process);
    }

    /// <summary>The other process.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var instance = TestInstance.At(args[0], int.Parse(args[1]));
        if (args is [_, _, Cloning, var host, var port])
        {
            Console.WriteLine("started");
            await instance.Server.CloneAsync(
                new ServerAddress(host, port), instance.Uid, ReplicationSlotName.Of(instance.Uid),
                CancellationToken.None);
        }

        if (args is [_, _, var command])
        {
            Console.WriteLine("started");
            await instance.Server.RestoreAsync(command, CancellationToken.None);
        }

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
