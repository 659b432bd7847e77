namespace Stolon.Testing;

/// <summary>The real PostgreSQL of the tests.</summary>
public static class PostgresPrograms
{
    /// <summary>The directory of its programs: STOLON_PG_BIN, or Debian's newest.</summary>
    public static string Directory { get; } = Environment.GetEnvironmentVariable("STOLON_PG_BIN")
        ?? System.IO.Directory.GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(d => int.Parse(Path.GetFileName(d)))
            .Select(d => Path.Combine(d, "bin"))
            .First(d => File.Exists(Path.Combine(d, "initdb")));
}
