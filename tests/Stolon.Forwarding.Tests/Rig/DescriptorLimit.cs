using System.Runtime.InteropServices;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Leaves this process without free file descriptors, or with few, until disposed.</summary>
internal sealed partial class DescriptorLimit : IDisposable
{
    private const int NumberOfFiles = 7;

    private readonly Limit _before;
    private readonly List<FileStream> _fillers = [];

    private DescriptorLimit()
    {
        Check(GetLimit(NumberOfFiles, out _before));
    }

    /// <summary>How many this process may have, as many as it may allow itself.</summary>
    public static int Raise()
    {
        Check(GetLimit(NumberOfFiles, out var limit));
        Check(SetLimit(NumberOfFiles, limit with { Soft = limit.Hard }));
        return (int)Math.Min(limit.Hard, 1_000_000);
    }

    public static DescriptorLimit None() => Few(0);

    /// <summary>Leaves that many free.</summary>
    public static DescriptorLimit Few(int free)
    {
        var limit = new DescriptorLimit();
        var highest = Directory.GetFiles("/proc/self/fd").Max(f => ulong.Parse(Path.GetFileName(f)));
        Check(SetLimit(NumberOfFiles, limit._before with { Soft = highest + 1 }));
        try
        {
            // The limit is on the number, not on the count: fill the holes below it.
            while (true)
            {
                limit._fillers.Add(File.OpenRead("/dev/null"));
            }
        }
        catch (IOException)
        {
            limit._fillers.TakeLast(free).ToList().ForEach(f => f.Dispose());
            return limit;
        }
    }

    public void Dispose()
    {
        Check(SetLimit(NumberOfFiles, _before));
        _fillers.ForEach(f => f.Dispose());
    }

    private static void Check(int result)
    {
        if (result != 0)
        {
            throw new InvalidOperationException($"rlimit: errno {Marshal.GetLastPInvokeError()}");
        }
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit
    {
        public readonly ulong Soft { get; init; }

        public readonly ulong Hard { get; init; }
    }
}
