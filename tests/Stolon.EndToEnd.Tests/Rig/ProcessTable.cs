namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>What /proc tells about processes that are not ours to wait for: PostgreSQL's.</summary>
public static class ProcessTable
{
    public static bool Runs(int processId) =>
        // A zombie has ended; only its parent has not looked.
        StatusOf(processId) is { } fields && fields[0] != "Z";

    /// <summary>The process and all its descendants, parents first.</summary>
    public static IReadOnlyList<int> Family(int processId)
    {
        var parents = Directory.GetDirectories("/proc")
            .Select(d => int.TryParse(Path.GetFileName(d), out var id) ? id : 0)
            .Where(id => id != 0)
            .Select(id => (Id: id, Parent: StatusOf(id) is { } fields ? int.Parse(fields[1]) : 0))
            .ToLookup(p => p.Parent, p => p.Id);
        List<int> family = [processId];
        for (var i = 0; i < family.Count; i++)
        {
            family.AddRange(parents[family[i]]);
        }

        return family;
    }

    public static string WorkingDirectory(int processId)
    {
        try
        {
            return new FileInfo($"/proc/{processId}/cwd").LinkTarget ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>The command line; PostgreSQL writes there what a process is for.</summary>
    public static string Title(int processId)
    {
        try
        {
            return File.ReadAllText($"/proc/{processId}/cmdline").Replace('\0', ' ');
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Memory in bytes: a page shared by several processes counts for each in part (proc(5), Pss).</summary>
    public static long ProportionalSetSize(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/smaps_rollup")
            .First(l => l.StartsWith("Pss:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    /// <summary>Bytes it has made the kernel write to disks so far (proc(5), io).</summary>
    public static long BytesWritten(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/io")
            .First(l => l.StartsWith("write_bytes:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    /// <summary>Processor time used so far; the kernel counts it in hundredths of a second.</summary>
    public static TimeSpan ProcessorTime(int processId)
    {
        var fields = StatusOf(processId)!;
        return TimeSpan.FromMilliseconds((long.Parse(fields[11]) + long.Parse(fields[12])) * 10);
    }

    /// <returns>The fields after the name: state, parent, …. Null: no such process.</returns>
    private static string[]? StatusOf(int processId)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{processId}/stat");
            return text[(text.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return null;
        }
    }
}
