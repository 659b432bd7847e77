using System.Text.RegularExpressions;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>A pseudo terminal on which one program runs as its session's leader, and what somebody who looks at it has
/// seen. Whoever looks can be made to stop reading.</summary>
public sealed partial class Terminal(string log)
{
    // Between the program, which keeps the process id it was started with, and the reader stand two forks: the reader
    // must not be the program's child.
    private const string Host =
        """
        import fcntl, os, pty, sys, termios
        log, command = sys.argv[1], sys.argv[2:]
        reader, terminal = pty.openpty()
        settings = termios.tcgetattr(terminal)
        if os.fork() == 0:
            if os.fork() != 0:
                os._exit(0)
            os.setsid()
            os.close(terminal)
            out = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o644)
            with open(log + '.reader', 'w') as file:
                file.write(str(os.getpid()))
            try:
                while chunk := os.read(reader, 65536):
                    os.write(out, chunk)
            except OSError:
                pass
            if termios.tcgetattr(reader) != settings:
                os.write(out, b'the settings of the terminal are not what they were')
            os._exit(0)
        os.wait()
        os.close(reader)
        fcntl.ioctl(terminal, termios.TIOCSCTTY, 0)
        for number in 0, 1, 2:
            os.dup2(terminal, number)
        os.execvp(command[0], command)
        """;

    private const string Filler =
        """
        import os, sys
        terminal = os.open(sys.argv[1], os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
        try:
            while True:
                os.write(terminal, b'#' * 100)
        except BlockingIOError:
            pass
        """;

    // Debian's: another one on the PATH may lie where only root can reach it.
    private const string Python = "/usr/bin/python3";

    /// <summary>Everything read from it.</summary>
    public string Text => File.Exists(log) ? File.ReadAllText(log) : "";

    /// <summary>The command line that runs this one on the terminal.</summary>
    public IEnumerable<string> Command(IEnumerable<string> command) => [Python, "-c", Host, log, .. command];

    /// <summary>From now on nobody reads, and there is no room for another character.</summary>
    public async Task StopReadingAsync(TestProcess program)
    {
        Signal.Send(int.Parse(File.ReadAllText(Reader)), Signal.Stop);
        var device = new FileInfo($"/proc/{program.Id}/fd/2").LinkTarget!;
        using var filler = System.Diagnostics.Process.Start(Python, ["-c", Filler, device]);
        await filler.WaitForExitAsync();
    }

    public void ReadAgain()
    {
        // It is missing when the program was never started.
        if (File.Exists(Reader))
        {
            Signal.Send(int.Parse(File.ReadAllText(Reader)), Signal.Continue);
        }
    }

    /// <summary>Waits until the program is inside a write to its terminal that does not end.</summary>
    public static Task BlockedAsync(TestProcess program, TimeSpan within) => Eventually.BeTrueAsync(
        () => Threads(program.Id).Any(t => IsWriteToError(Path.Combine(t, "syscall"))),
        within,
        $"{program.Name} is blocked in a write to its terminal");

    /// <summary>A file with the process id of who reads.</summary>
    private string Reader => log + ".reader";

    private static string[] Threads(int processId) => Directory.GetDirectories($"/proc/{processId}/task");

    /// <summary>proc(5): number of the system call (1 is write), its arguments.</summary>
    private static bool IsWriteToError(string file)
    {
        try
        {
            return WriteToError().IsMatch(File.ReadAllText(file));
        }
        catch (IOException)
        {
            return false;
        }
    }

    [GeneratedRegex("^1 0x2 ", RegexOptions.CultureInvariant)]
    private static partial Regex WriteToError();
}
