using System.Globalization;

namespace Stolon.Postgres.Files;

/// <summary>The server's lock file, <c>postmaster.pid</c>. A crash leaves it behind.</summary>
/// <param name="ProcessId">Its first line.</param>
/// <param name="Port">Its fourth line, once the fifth names the socket directory; 0 before. The server writes the fifth
/// when it has bound its sockets: until then another server may be the one that answers at the port.</param>
internal sealed record PidFile(int ProcessId, int Port)
{
    /// <summary>Null: there is none, or it belongs to a single-user server (a negative number), which accepts no
    /// connections.</summary>
    public static PidFile? Read(DataDirectory directory)
    {
        try
        {
            return Parse(File.ReadAllLines(directory.File("postmaster.pid")));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Whether the server has written its status: it has then read its configuration, loaded its libraries and
    /// allocated its memory. Not written before PostgreSQL 10.</summary>
    public static bool ReportsStatus(DataDirectory directory, int processId)
    {
        try
        {
            var lines = File.ReadAllLines(directory.File("postmaster.pid"));
            return lines.Length > StatusLine && Number(lines[0]) == processId && lines[StatusLine].Trim().Length > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The eighth (LOCK_FILE_LINE_PM_STATUS).</summary>
    private const int StatusLine = 7;

    internal static PidFile? Parse(string[] lines) => lines switch
    {
        [var id, _, _, var port, var sockets, ..] when Number(id) > 0 && sockets.Trim().Length > 0 =>
            new PidFile(Number(id), Number(port)),
        [var id, ..] when Number(id) > 0 => new PidFile(Number(id), 0),
        _ => null,
    };

    private static int Number(string text) =>
        int.TryParse(text.Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            ? number
            : 0;
}
