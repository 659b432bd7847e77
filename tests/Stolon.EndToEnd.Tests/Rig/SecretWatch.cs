using System.Collections.Concurrent;
using System.Text;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Looks, as long as it lives, for secrets in the arguments of all processes; when asked, in a cluster's logs
/// and in files of its that others may read.</summary>
public sealed class SecretWatch : IDisposable
{
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>A rewind or a copy takes longer.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly TestDirectory _directory;
    private readonly byte[][] _secrets;
    private readonly ConcurrentDictionary<string, string> _shown = new();
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _over = new();
    private int _processesSeen;

    public SecretWatch(TestDirectory directory, params string[] secrets)
    {
        _directory = directory;
        _secrets = [.. secrets.Select(s => Encoding.UTF8.GetBytes(s.Trim()))];
        _thread = new Thread(Look) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>How many command lines were looked at.</summary>
    public int ProcessesSeen => Volatile.Read(ref _processesSeen);

    /// <summary>Where a secret is, or was, to be seen.</summary>
    public IReadOnlyList<string> Findings() =>
    [
        .. _shown.Keys,
        .. Files(_directory.Logs).Where(HasSecret),
        .. Files(_directory.Data).Where(f => (File.GetUnixFileMode(f) & Others) != UnixFileMode.None && HasSecret(f)),
    ];

    public void Dispose()
    {
        _over.Set();
        _thread.Join();
        _over.Dispose();
    }

    private static IEnumerable<string> Files(string directory) => Directory.EnumerateFiles(
        directory,
        "*",
        new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint });

    private void Look()
    {
        while (!_over.Wait(Pause))
        {
            foreach (var process in Directory.EnumerateDirectories("/proc").Where(d => char.IsAsciiDigit(d[6])))
            {
                if (HasSecret($"{process}/cmdline"))
                {
                    _shown.TryAdd($"{process}/cmdline", "");
                }

                Interlocked.Increment(ref _processesSeen);
            }
        }
    }

    private bool HasSecret(string path)
    {
        try
        {
            var content = File.ReadAllBytes(path);
            return _secrets.Any(secret => content.AsSpan().IndexOf(secret) >= 0);
        }
        catch (IOException)
        {
            return false;
        }
    }
}
