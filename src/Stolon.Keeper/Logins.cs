using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;

namespace Stolon.Keeper;

/// <summary>The two internal users, from the options (keeper.md 1.1, steps 1 and 9 to 14).</summary>
internal static class Logins
{
    private const string Trust = "trust";

    private static readonly string[] Methods = ["md5", "scram-sha-256", Trust];

    public static (Login Superuser, Login Replication) Read(ParsedCommand command, Action<string> warn)
    {
        var replicationMethod = Method(command, KeeperFlags.ReplicationMethod);
        var replicationName = command.Text(KeeperFlags.ReplicationName);
        if (replicationName.Length == 0)
        {
            throw new FatalException("--pg-repl-username is required");
        }

        CheckSources(
            command,
            replicationMethod,
            KeeperFlags.ReplicationPassword,
            KeeperFlags.ReplicationPasswordFile,
            "replication user",
            warn);
        var superuserMethod = Method(command, KeeperFlags.SuperuserMethod);
        CheckSources(
            command, superuserMethod, KeeperFlags.SuperuserPassword, KeeperFlags.SuperuserPasswordFile, "superuser",
            warn);
        var replicationText = Password(
            command, replicationMethod, KeeperFlags.ReplicationPassword, KeeperFlags.ReplicationPasswordFile, warn);
        var superuserText = Password(
            command, superuserMethod, KeeperFlags.SuperuserPassword, KeeperFlags.SuperuserPasswordFile, warn);
        var superuser = new Login(
            SuperuserName(command), superuserMethod, Trimmed(superuserText, "superuser", warn));
        var replication = new Login(
            replicationName, replicationMethod, Trimmed(replicationText, "replication user", warn));
        CheckSameName(superuser, replication, warn);
        return (superuser, replication);
    }

    private static string Method(ParsedCommand command, string flag) =>
        Methods.Contains(command.Text(flag))
            ? command.Text(flag)
            : throw new FatalException($"--{flag} must be md5, scram-sha-256 or trust, not \"{command.Text(flag)}\"");

    private static string SuperuserName(ParsedCommand command)
    {
        if (command.Changed(KeeperFlags.SuperuserName))
        {
            return command.Text(KeeperFlags.SuperuserName);
        }

        return Environment.UserName is { Length: > 0 } user
            ? user
            : throw new FatalException("cannot find out the user this program runs as; give --pg-su-username");
    }

    private static void CheckSources(
        ParsedCommand command, string method, string passwordFlag, string fileFlag, string whose, Action<string> warn)
    {
        var given = (command.Text(passwordFlag).Length > 0 ? 1 : 0) + (command.Text(fileFlag).Length > 0 ? 1 : 0);
        if (method == Trust)
        {
            warn($"the {whose} is trusted without a password");
            if (given > 0)
            {
                throw new FatalException($"with method trust neither --{passwordFlag} nor --{fileFlag} may be given");
            }
        }
        else if (given == 0)
        {
            throw new FatalException($"one of --{passwordFlag} and --{fileFlag} is required");
        }
        else if (given == 2)
        {
            throw new FatalException($"only one of --{passwordFlag} and --{fileFlag} may be given");
        }
    }

    private static GivenPassword? Password(
        ParsedCommand command, string method, string passwordFlag, string fileFlag, Action<string> warn)
    {
        if (method == Trust)
        {
            return null;
        }

        if (command.Text(fileFlag) is not { Length: > 0 } path)
        {
            var text = command.Text(passwordFlag);
            var bare = text.TrimEnd('\r', '\n');
            return new GivenPassword(bare, bare.Length < text.Length);
        }

        var file = SecretFile.Read(path);
        if (file.TooOpen)
        {
            warn($"password file {path} permissions {file.ModeText} are too open; 0600 is enough");
        }

        return new GivenPassword(file.Secret, file.Trimmed);
    }

    /// <summary>Texts as process-contract.md 4 has them.</summary>
    private static Secret? Trimmed(GivenPassword? password, string whose, Action<string> warn)
    {
        if (password is null)
        {
            return null;
        }

        if (password.Trimmed)
        {
            warn($"{whose} password contain trailing new line, removing");
        }

        return password.Text.Length > 0
            ? new Secret(password.Text)
            : throw new FatalException($"{whose} password is empty after removing trailing new line");
    }

    private static void CheckSameName(Login superuser, Login replication, Action<string> warn)
    {
        if (superuser.Name != replication.Name)
        {
            return;
        }

        warn("superuser name and replication user name are the same; a separate replication user is safer");
        if (superuser.Method != replication.Method)
        {
            throw new FatalException(
                "superuser name and replication user name are the same, so their authentication methods must be too");
        }

        if (superuser.Password != replication.Password)
        {
            throw new FatalException(
                "provided superuser name and replication user name are the same but provided passwords are different");
        }
    }

    /// <param name="Trimmed">Line ends were removed from its end.</param>
    private sealed record GivenPassword(string Text, bool Trimmed)
    {
        public override string ToString() => "***";
    }
}
