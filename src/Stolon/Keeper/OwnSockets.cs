using System.Text;

namespace Stolon.Keeper;

/// <summary>Where the server's socket is besides <c>/tmp</c>, which others clean up: in the keeper's data directory.
/// </summary>
internal static class OwnSockets
{
    /// <summary>Bytes of a socket's path that the system takes (unix(7), sun_path, without its end).</summary>
    private const int Longest = 107;

    /// <returns>Null: the path would be too long; /tmp and TCP are left.</returns>
    public static string? In(string dataDirectory, string port, Action<string> warn)
    {
        var directory = Path.Combine(dataDirectory, "socket");
        if (Encoding.UTF8.GetByteCount(Path.Combine(directory, $".s.PGSQL.{port}")) <= Longest)
        {
            return directory;
        }

        warn($"the data dir {dataDirectory} has too long a name for a socket in it; there is only the one in /tmp");
        return null;
    }
}
