namespace Stolon.Core.Postgres;

/// <summary>The value of <c>unix_socket_directories</c>: names separated by commas, in double quotes if
/// necessary.</summary>
public static class SocketDirectories
{
    /// <param name="common">The directory that clients on the host use; PostgreSQL creates its first socket
    /// there.</param>
    /// <param name="own">The keeper's own directory; null: none.</param>
    public static string Format(string common, string? own) =>
        own is null ? common : $"{Quoted(common)},{Quoted(own)}";

    private static string Quoted(string directory) =>
        directory.AsSpan().IndexOfAny(',', '"', ' ') < 0 ? directory : $"\"{directory.Replace("\"", "\"\"")}\"";
}
