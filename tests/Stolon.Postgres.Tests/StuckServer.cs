using System.Diagnostics;

namespace Stolon.Postgres.Tests;

/// <summary>Passes for the instance's server, takes connections on its socket and never answers.</summary>
internal sealed class StuckServer : IDisposable
{
    private const string Script =
        """
        import os, socket, sys
        directory, path, port = sys.argv[1:]
        server = socket.socket(socket.AF_UNIX)
        server.bind(path)
        server.listen(100)
        os.chdir(directory)
        with open('postmaster.pid', 'w') as file:
            file.write(f'{os.getpid()}\n{directory}\n1\n{port}\n/tmp\n')
        print('ready', flush=True)
        kept = []
        while True:
            kept.append(server.accept()[0])
            print('connection', flush=True)
        """;

    private readonly Process _process;
    private readonly string _socket;
    private readonly string _program;
    private int _connections;

    public StuckServer(TestInstance instance)
    {
        // The server's program is known by its name.
        _program = Path.Combine(instance.Directory, "postgres-stuck");
        File.Copy(File.ResolveLinkTarget("/usr/bin/python3", returnFinalTarget: true)!.FullName, _program);
        _socket = $"/tmp/.s.PGSQL.{instance.Port}";
        _process = Process.Start(new ProcessStartInfo(
            _program, ["-c", Script, instance.Postgres, _socket, $"{instance.Port}"])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("ready", _process.StandardOutput.ReadLine());
        _ = CountAsync();
    }

    public int Connections => Volatile.Read(ref _connections);

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        File.Delete(_socket);
    }

    private async Task CountAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is not null)
        {
            Interlocked.Increment(ref _connections);
        }
    }
}
