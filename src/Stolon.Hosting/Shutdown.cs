using System.Globalization;
using System.Runtime.InteropServices;

namespace Stolon.Hosting;

/// <summary>Cancels at the first signal to stop. Later signals are ignored, so that they do not end the keeper while it
/// stops PostgreSQL; SIGKILL does.</summary>
/// <remarks>SIGHUP, sent when the terminal closes, also stops, unless the program was started with it ignored (nohup).
/// The runtime ignores SIGPIPE, so a write to a closed pipe fails.</remarks>
internal sealed class Shutdown : IDisposable
{
    private const int HangUpNumber = 1;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private readonly Action<string> _announce;
    private int _announced;

    /// <param name="announce">Called with the name of the first signal, before the cancellation, so that its log line
    /// precedes all others of the shutdown.</param>
    public Shutdown(Action<string> announce)
    {
        _announce = announce;
        var signals = new List<PosixSignal> { PosixSignal.SIGINT, PosixSignal.SIGTERM };
        if (!StartedIgnoring(HangUpNumber, "/proc/self/status"))
        {
            signals.Add(PosixSignal.SIGHUP);
        }

        _registrations.AddRange(signals.Select(s => PosixSignalRegistration.Create(s, Handle)));
    }

    public CancellationToken Token => _stopping.Token;

    public void Dispose()
    {
        _registrations.ForEach(r => r.Dispose());
        _stopping.Dispose();
    }

    /// <summary>Whether a signal is ignored, from the <c>SigIgn</c> mask of proc(5).</summary>
    internal static bool StartedIgnoring(int signalNumber, string statusFile)
    {
        const string Label = "SigIgn:";
        var mask = File.ReadLines(statusFile).FirstOrDefault(l => l.StartsWith(Label, StringComparison.Ordinal));
        return mask is not null
            && ulong.TryParse(
                mask.AsSpan(Label.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var bits)
            && (bits & (1UL << (signalNumber - 1))) != 0;
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Exchange(ref _announced, 1) is 0)
        {
            _announce($"{context.Signal}");
            _ = _stopping.CancelAsync();
        }
    }
}
