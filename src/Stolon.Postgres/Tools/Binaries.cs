using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Tools;

/// <summary>Finds PostgreSQL's programs and reads their version.</summary>
/// <param name="binPath">Null: PATH.</param>
internal sealed class Binaries(string? binPath)
{
    private volatile Known? _known;

    /// <summary>The full path of a program.</summary>
    /// <exception cref="PostgresToolException">It does not exist; the message names where it was searched.</exception>
    public string Find(string program)
    {
        if (binPath is not null)
        {
            var path = Path.GetFullPath(Path.Combine(binPath, program));
            return File.Exists(path) ? path : throw new PostgresToolException($"no PostgreSQL program {path}");
        }

        var searched = Environment.GetEnvironmentVariable("PATH") ?? "";
        return searched.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(directory => Path.GetFullPath(Path.Combine(directory, program)))
            .FirstOrDefault(File.Exists)
            ?? throw new PostgresToolException($"no PostgreSQL program {program} in PATH ({searched})");
    }

    /// <summary>The version of the server program; read again when an upgrade has replaced it.</summary>
    /// <exception cref="PostgresToolException">It is missing, fails, or is not PostgreSQL's.</exception>
    public async Task<PostgresVersion> VersionAsync(Tool tool, CancellationToken cancellationToken)
    {
        var path = Find("postgres");
        var written = File.GetLastWriteTimeUtc(path);
        if (_known is { } known && known.Path == path && known.Written == written)
        {
            return known.Version;
        }

        var output = await tool.RunAsync(new ToolCommand("postgres", ["-V"]), cancellationToken);
        if (!PostgresVersion.TryParse(output, out var version))
        {
            throw new PostgresToolException($"{path} -V does not tell a PostgreSQL version but \"{output.Trim()}\"");
        }

        _known = new Known(path, written, version);
        return version;
    }

    private sealed record Known(string Path, DateTime Written, PostgresVersion Version);
}
