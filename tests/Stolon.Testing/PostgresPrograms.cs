namespace Stolon.Testing;

/// <summary>The real PostgreSQL that tests run against.</summary>
public static class PostgresPrograms
{
    /// <summary>Directory of its programs: STOLON_PG_BIN, or Debian's newest.</summary>
    public static string Directory { get; } = Environment.GetEnvironmentVariable("STOLON_PG_BIN")
        ?? System.IO.Directory.GetDirectories("/usr/lib/postgresql")
            .OrderByDescending(d => int.Parse(Path.GetFileName(d)))
            .Select(d => Path.Combine(d, "bin"))
            .First(d => File.Exists(Path.Combine(d, "initdb")));
}
