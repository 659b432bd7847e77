namespace Stolon.Core.Postgres;

/// <summary>The value of <c>unix_socket_directories</c>: names with commas between, in double quotes where they need
/// it.</summary>
public static class SocketDirectories
{
    /// <param name="common">The directory that everybody on the host knows; PostgreSQL puts its first socket there.
    /// </param>
    /// <param name="own">The keeper's own; null: none.</param>
    public static string Format(string common, string? own) =>
        own is null ? common : $"{Quoted(common)},{Quoted(own)}";

    private static string Quoted(string directory) =>
        directory.AsSpan().IndexOfAny(',', '"', ' ') < 0 ? directory : $"\"{directory.Replace("\"", "\"\"")}\"";
}
