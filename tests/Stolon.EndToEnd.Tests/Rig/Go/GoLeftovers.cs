using System.Text.RegularExpressions;
using Stolon.Testing.Go;

namespace Stolon.EndToEnd.Tests.Rig.Go;

/// <summary>The files of a keeper's data directory as a keeper of the original leaves them (docs/spec/keeper.md 2 and
/// 5.5), and whether those that ours leaves would do for it.</summary>
public static partial class GoLeftovers
{
    /// <summary>Ours; the original's keeper skips it.</summary>
    private static readonly string[] OurMembers = ["AcknowledgedTimeline", "ClusterUID"];

    /// <summary>Takes away what only our keeper writes, and writes the rest in the original's way: parameters in no
    /// order, and none of recovery for a primary.</summary>
    public static void Make(Keeper keeper, bool primary)
    {
        File.Delete(keeper.StateFile("clustername"));
        Rewrite(keeper.StateFile("keeperstate"), GoTypes.KeeperState);
        Rewrite(keeper.StateFile("dbstate"), GoTypes.DbState);
        var configuration = Path.Combine(keeper.PostgresDirectory, "postgresql.conf");
        var lines = File.ReadAllLines(configuration)
            .Where(line => !primary || !line.StartsWith("recovery_target", StringComparison.Ordinal)).ToArray();
        new Random(lines.Length).Shuffle(lines);
        Overwrite(configuration, string.Concat(lines.Select(line => line + "\n")));
    }

    /// <summary>What the original's keeper could not use; empty: it takes over.</summary>
    public static IEnumerable<string> Problems(Keeper keeper)
    {
        var written = File.ReadAllBytes(keeper.StateFile("keeperstate"));
        if (StoreTap.Problem(GoTypes.KeeperState, written, "Seen") is { } state)
        {
            yield return state;
        }

        if (StoreTap.Problem(GoTypes.DbState, File.ReadAllBytes(keeper.StateFile("dbstate")), OurMembers) is { } db)
        {
            yield return db;
        }

        var directory = keeper.PostgresDirectory;
        var configuration = File.ReadAllLines(Path.Combine(directory, "postgresql.conf"));
        foreach (var line in configuration.Where(line => !Parameter().IsMatch(line)))
        {
            yield return "postgresql.conf: " + line;
        }

        foreach (var line in File.ReadLines(Path.Combine(directory, "pg_hba.conf")).Where(l => !Entry().IsMatch(l)))
        {
            yield return "pg_hba.conf: " + line;
        }

        if (new FileInfo(Path.Combine(directory, "postgresql.auto.conf")).LinkTarget != "/dev/null")
        {
            yield return "postgresql.auto.conf is no link to /dev/null";
        }

        // A restart by the original's keeper starts a standby only where this file is, and a primary only without.
        var standby = File.Exists(Path.Combine(directory, "standby.signal"));
        var follows = configuration.Any(line => line.StartsWith("primary_conninfo", StringComparison.Ordinal));
        if (standby != follows)
        {
            yield return $"standby.signal: {standby}, primary_conninfo: {follows}";
        }
    }

    private static void Rewrite(string file, GoType type) => Overwrite(
        file, System.Text.Encoding.UTF8.GetString(GoWriter.Write(type, GoReader.Read(type, File.ReadAllBytes(file)))));

    /// <summary>In place: it stays its owner's.</summary>
    private static void Overwrite(string file, string text) => File.WriteAllText(file, text);

    [GeneratedRegex("^[a-z_.]+ = '([^']|'')*'$")]
    private static partial Regex Parameter();

    [GeneratedRegex("^(local|host) ")]
    private static partial Regex Entry();
}
