using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>A process that holds both ends of many idle connections. It is told line by line what to do, and answers
/// with one line: <c>join N</c> with <c>joined</c> when N clients are joined with its server, <c>await</c> with
/// <c>cut TIMESTAMP</c> when all of them have been closed, or <c>closed TIMESTAMP</c> if one ended properly.</summary>
internal static class Crowd
{
    public const string Command = "crowd";

    /// <summary>Client addresses are 127.0.0.2 and so on, this many connections from each.</summary>
    private const int FromEachAddress = 2500;

    private static readonly List<Socket> Clients = [];
    private static readonly List<Socket> Accepted = [];

    /// <param name="args">The port of the forwarder.</param>
    public static async Task<int> RunAsync(string[] args)
    {
        var forwarder = new IPEndPoint(IPAddress.Loopback, int.Parse(args[0], CultureInfo.InvariantCulture));
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(4096);
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port);
        while (Console.ReadLine() is { } line)
        {
            if (line.Split(' ') is ["join", var count])
            {
                await JoinAsync(listener, forwarder, int.Parse(count, CultureInfo.InvariantCulture));
                Console.WriteLine("joined");
            }
            else
            {
                Console.WriteLine(await AwaitCutAsync());
            }
        }

        return 0;
    }

    private static async Task JoinAsync(Socket listener, IPEndPoint forwarder, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var source = IPAddress.Parse($"127.0.0.{2 + (i / FromEachAddress)}");
            Clients.Add(await Client.ConnectFromAsync(source, forwarder));
            Accepted.Add(await listener.AcceptAsync().WaitAsync(Client.Patience));
        }
    }

    private static async Task<string> AwaitCutAsync()
    {
        var proper = await Task.WhenAll(Clients.Select(c => c.EndsAsync(TimeSpan.FromSeconds(60))));
        var timestamp = Stopwatch.GetTimestamp();
        Clients.ForEach(c => c.Dispose());
        Accepted.ForEach(a => a.Dispose());
        return $"{(proper.Any(p => p) ? "closed" : "cut")} {timestamp}";
    }
}
