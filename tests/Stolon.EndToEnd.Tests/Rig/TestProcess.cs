using System.Diagnostics;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>One of the programs under test: can be started, signalled and started again; its output goes to a log
/// file.</summary>
public sealed class TestProcess : IDisposable
{
    private readonly string _logFile;
    private readonly IReadOnlyDictionary<string, string> _environment;
    private IReadOnlyList<string> _command;
    private Process? _process;

    private TestProcess(
        string name,
        string logFile,
        IReadOnlyList<string> command,
        IReadOnlyDictionary<string, string> environment)
    {
        _environment = environment;
        Name = name;
        _logFile = logFile;
        _command = command;
        AppDomain.CurrentDomain.ProcessExit += KillAtExit;
    }

    /// <summary>A process that is not started yet, of the ordinary user.</summary>
    public static TestProcess Prepare(
        string name,
        string logFile,
        IEnumerable<string> command,
        IReadOnlyDictionary<string, string>? environment = null) =>
        new(name, logFile, [.. OrdinaryUser.Command(command)], environment ?? new Dictionary<string, string>());

    public string Name { get; }

    public bool Running => _process is { HasExited: false };

    /// <summary>Everything it has written, over all its starts.</summary>
    public string Log => File.Exists(_logFile) ? File.ReadAllText(_logFile) : "";

    /// <summary>Process id, of the last start.</summary>
    public int Id => _process!.Id;

    /// <summary>Whether <see cref="Freeze"/> was the last thing done to it.</summary>
    public bool Frozen { get; private set; }

    /// <summary>Null: it runs, or has never run.</summary>
    public int? ExitCode => _process is { HasExited: true } ended ? ended.ExitCode : null;

    /// <summary>Another process with the very same command line.</summary>
    public TestProcess Twin() =>
        new(Name + "-twin", Path.ChangeExtension(_logFile, ".twin.log"), _command, _environment);

    /// <summary>Another value of an option, from the next start on.</summary>
    public void Change(string option, string value) =>
        _command = [.. _command.Select((word, i) => i > 0 && _command[i - 1] == option ? value : word)];

    /// <summary>From the next start on, with these options too; they count before those that it has.</summary>
    public void Add(params string[] options) => _command = [.. _command, .. options];

    public void Start()
    {
        if (Running)
        {
            return;
        }

        // Everything on this line replaces itself by the next: the process id is the program's. A session of its own
        // keeps a terminal's Ctrl-C away from it.
        var start = new ProcessStartInfo(
            "/bin/sh", ["-c", "exec setsid \"$@\" >>\"$0\" 2>&1 </dev/null", _logFile, .. _command]);
        foreach (var name in start.Environment.Keys.Where(IsOurOption).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["HOME"] = "/tmp";
        foreach (var (variable, value) in _environment)
        {
            start.Environment[variable] = value;
        }

        start.WorkingDirectory = "/";
        _process?.Dispose();
        _process = Process.Start(start)!;
        Frozen = false;
    }

    public void Kill()
    {
        if (Running)
        {
            Signal.Send(Id, Signal.Kill);
            _process!.WaitForExit();
        }
    }

    /// <summary>SIGTERM, and the exit code.</summary>
    /// <exception cref="TimeoutException">It did not end.</exception>
    public async Task<int> StopAsync(TimeSpan within)
    {
        Signal.Send(Id, Signal.Terminate);
        await Eventually.BeTrueAsync(() => !Running, within, $"{Name} ends after SIGTERM; see {_logFile}");
        return _process!.ExitCode;
    }

    public void Freeze()
    {
        Signal.Send(Id, Signal.Stop);
        Frozen = true;
    }

    public void Thaw()
    {
        Signal.Send(Id, Signal.Continue);
        Frozen = false;
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= KillAtExit;
        Kill();
        _process?.Dispose();
        _process = null;
    }

    private static bool IsOurOption(string variable) =>
        variable.StartsWith("ST", StringComparison.Ordinal) && variable.Contains('_', StringComparison.Ordinal);

    private void KillAtExit(object? sender, EventArgs e) => Kill();
}
