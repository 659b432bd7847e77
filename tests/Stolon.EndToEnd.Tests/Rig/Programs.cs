using Stolon.Testing;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>The programs under test: those of <c>STOLON_DIST</c>, by default <c>dist/</c> of the repository.</summary>
public static class Programs
{
    private static readonly Lazy<string> Copied = new(Copy);

    public static string Keeper => Find("stolon-keeper");

    public static string Sentinel => Find("stolon-sentinel");

    public static string Proxy => Find("stolon-proxy");

    public static string Ctl => Find("stolonctl");

    public static string PostgresDirectory => PostgresPrograms.Directory;

    private static string Find(string name)
    {
        var path = Path.Combine(Copied.Value, name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: run ./build first");
    }

    /// <summary>A repository below /root cannot be read by the ordinary user, and a build must not change a program
    /// that runs: the tests use a copy.</summary>
    private static string Copy()
    {
        var source = Environment.GetEnvironmentVariable("STOLON_DIST") ?? Path.Combine(Repository(), "dist");
        if (!Directory.Exists(source))
        {
            throw new DirectoryNotFoundException($"{source} is missing: run ./build first, or set STOLON_DIST");
        }

        var target = Directory.CreateTempSubdirectory("stolon-e2e-bin-").FullName;
        File.SetUnixFileMode(target, TestDirectory.ReadableByAll);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(target, recursive: true);
        foreach (var file in Directory.GetFiles(source).Where(f => !f.EndsWith(".dbg", StringComparison.Ordinal)))
        {
            var copy = Path.Combine(target, Path.GetFileName(file));
            if (File.ResolveLinkTarget(file, returnFinalTarget: false) is null)
            {
                File.Copy(file, copy);
            }
            else
            {
                File.CreateSymbolicLink(copy, new FileInfo(file).LinkTarget!);
            }
        }

        return target;
    }

    internal static string Repository()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Stolon.slnx")))
        {
            directory = Path.GetDirectoryName(directory)
                ?? throw new DirectoryNotFoundException("not inside the repository: set STOLON_DIST");
        }

        return directory;
    }
}
