using System.Text.RegularExpressions;
using Stolon.Core.Keeper;
using Stolon.Postgres.Files;

namespace Stolon.Postgres.Processes;

/// <summary>The activity of a server's processes, by their titles, and the commands that they have started.</summary>
internal sealed partial class ServerProcesses(DataDirectory directory)
{
    private const string Prefix = "postgres:";

    /// <summary>These send nothing except to the archive; walsenders are not among them.</summary>
    private static readonly string[] SendingNothing =
        ["archiver", "logger", "checkpointer", "io worker", "stats collector"];

    /// <summary>A short description of its child processes for the operator.</summary>
    public static IReadOnlyList<string> Left(ServerProcess server) =>
        Children(server).Select(c => c.Title).ToList();

    /// <summary>Whether a process is left that may still have something for a standby or a client.</summary>
    public static bool MaySend(ServerProcess server) => Children(server).Any(
        c => IsWalSender(c.Title) || !SendingNothing.Any(word => c.Title.Contains(word, StringComparison.Ordinal)));

    /// <summary>Describes its processes for an observation; read once, because a server may have thousands.</summary>
    public ServerObservation Describe(ServerProcess server, int port)
    {
        var children = Children(server).ToList();
        var checkpointer = children.FirstOrDefault(c => Is(c.Title, "checkpointer")).Id;
        return new ServerObservation
        {
            ProcessId = server.Id,
            Port = port,
            Checkpointer = checkpointer > 0 ? checkpointer : null,
            Recovery = RecoveryOf(children.FirstOrDefault(c => Is(c.Title, "startup")).Title ?? ""),
            Command = Commands(children).FirstOrDefault(),
        };
    }

    /// <summary>The operator's commands that the server waits for now, the oldest first.</summary>
    public IReadOnlyList<OperatorCommand> Commands(ServerProcess server) => Commands(Children(server));

    private static string? RecoveryOf(string title) =>
        title.IndexOf("waiting for ", StringComparison.Ordinal) is >= 0 and var at ? title[at..] : null;

    private List<OperatorCommand> Commands(IEnumerable<(int Id, string Title)> children) => children
        .SelectMany(c => Parameter(c.Title) is { } parameter
            ? ProcTree.ChildrenOf(c.Id).Select(id => Command(parameter, id))
            : [])
        .OrderByDescending(c => c.Age)
        .ToList();

    /// <summary>Ends a command of this server's with all that it has started.</summary>
    public static void End(OperatorCommand command)
    {
        // Not from the bottom up: a shell would continue with its next command.
        foreach (var id in ProcTree.With(command.ProcessId))
        {
            _ = ProcessCalls.Kill(id, ProcessCalls.SignalKill);
        }
    }

    /// <summary>Makes the archiver of a server that is shut down end after its current command: this is its reaction to
    /// SIGTERM (source: pgarch.c).</summary>
    /// <returns>False: there is none.</returns>
    public static bool EndArchiver(ServerProcess server) =>
        Children(server).FirstOrDefault(c => Is(c.Title, "archiver")).Id is > 0 and var archiver
        && ProcessCalls.Kill(archiver, ProcessCalls.SignalTerminate) == 0;

    /// <summary>One that has ended has no title any more.</summary>
    private static IEnumerable<(int Id, string Title)> Children(ServerProcess server) => ProcTree.ChildrenOf(server.Id)
        .Select(id => (Id: id, Title: ProcTree.TitleOf(id)))
        .Where(c => c.Title.Length > 0)
        .Select(c => c.Title.StartsWith(Prefix, StringComparison.Ordinal)
            ? (c.Id, c.Title[Prefix.Length..].Trim())
            : c);

    private static OperatorCommand Command(string parameter, int id) => new(
        parameter, id, ProcTree.ProgramOf(ProcTree.With(id)[^1]), ProcTree.AgeOf(id));

    private string? Parameter(string title) =>
        Is(title, "archiver") ? "archive_command"
        : Is(title, "checkpointer") ? "archive_cleanup_command"
        : !Is(title, "startup") ? null
        : InRecovery ? "restore_command" : "recovery_end_command";

    /// <summary>Recovery removes these at its end, and then runs its last command.</summary>
    private bool InRecovery =>
        directory.Exists("standby.signal") || directory.Exists("recovery.signal") || directory.Exists("recovery.conf");

    /// <summary>Not a backend whose user is called like this.</summary>
    private static bool Is(string title, string process) => OwnTitle().Match(title) is { Success: true } match
        && match.Groups["process"].ValueSpan.SequenceEqual(process);

    /// <summary>A cluster name may stand before it, and what it does after it, as in "name: startup recovering
    /// 000000010000000000000003".</summary>
    [GeneratedRegex(
        "^(.*: )?(?<process>startup|checkpointer|archiver)"
        + "( (process|recovering|waiting|archiving|failed|last|performing)\\b.*)?$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex OwnTitle();

    private static bool IsWalSender(string title) =>
        title.Contains("walsender", StringComparison.Ordinal) || title.Contains("wal sender", StringComparison.Ordinal);
}
