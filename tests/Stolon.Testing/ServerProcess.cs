using System.Diagnostics;
using System.Globalization;

namespace Stolon.Testing;

/// <summary>A server program started by a test: its output is kept, and it ends with the test.</summary>
public sealed class ServerProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _output = [];

    private ServerProcess(Process process) => _process = process;

    /// <summary>Process id.</summary>
    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The standard output and standard error so far, in order of arrival.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return string.Join('\n', _output);
            }
        }
    }

    /// <summary>Starts the program; the caller waits until it is ready.</summary>
    public static ServerProcess Start(string program, params IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        var server = new ServerProcess(new Process { StartInfo = start });
        server._process.OutputDataReceived += server.Keep;
        server._process.ErrorDataReceived += server.Keep;
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        AppDomain.CurrentDomain.ProcessExit += server.KillAtExit;
        return server;
    }

    /// <summary>Sends a signal by kill's name for it, such as STOP, CONT, INT.</summary>
    public void Signal(string name)
    {
        using var kill = Process.Start("/bin/kill", [$"-{name}", Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>SIGSTOP, then waits until each of its threads has stopped: until then it may still answer.</summary>
    /// <exception cref="TimeoutException">It did not stop within ten seconds.</exception>
    public void Freeze()
    {
        Signal("STOP");
        if (!SpinWait.SpinUntil(IsFrozen, TimeSpan.FromSeconds(10)))
        {
            throw new TimeoutException($"process {Id} does not stop after SIGSTOP");
        }
    }

    private bool IsFrozen() => Directory.EnumerateDirectories($"/proc/{Id}/task")
        .Select(thread => File.ReadAllText(Path.Combine(thread, "stat")))
        .All(stat => stat[stat.LastIndexOf(')') + 2] is 'T' or 't');

    /// <summary>SIGTERM, then waits for the end.</summary>
    /// <exception cref="TimeoutException">It did not end within ten seconds.</exception>
    public async Task StopAsync()
    {
        if (!HasExited)
        {
            Signal("TERM");
        }

        await Eventually.BeTrueAsync(() => HasExited, TimeSpan.FromSeconds(10), $"process {Id} ends after SIGTERM");
    }

    /// <summary>SIGKILL, then waits for the end.</summary>
    public void Kill()
    {
        if (!HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        Kill();
        _process.Dispose();
    }

    private void Keep(object sender, DataReceivedEventArgs line)
    {
        if (line.Data is not null)
        {
            lock (_output)
            {
                _output.Add(line.Data);
            }
        }
    }

    private void KillAtExit(object? sender, EventArgs e) => Kill();
}
