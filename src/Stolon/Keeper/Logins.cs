using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;

namespace Stolon.Keeper;

/// <summary>The two internal users, from the options (docs/spec/keeper.md 1.1, steps 1 and 9 to 14).</summary>
internal static class Logins
{
    public const string Certificate = "cert";
    private const string Trust = "trust";

    private static readonly string[] Methods = ["md5", "scram-sha-256", Certificate, Trust];

    private static readonly LoginFlags SuperuserFlags = new(
        "superuser", KeeperFlags.SuperuserMethod, KeeperFlags.SuperuserPassword, KeeperFlags.SuperuserPasswordFile);

    private static readonly LoginFlags ReplicationFlags = new(
        "replication user",
        KeeperFlags.ReplicationMethod,
        KeeperFlags.ReplicationPassword,
        KeeperFlags.ReplicationPasswordFile);

    public static (Login Superuser, Login Replication) Read(ParsedCommand command, Action<string> warn)
    {
        var superuserName = SuperuserName(command);
        var replicationMethod = Method(command, KeeperFlags.ReplicationMethod);
        var replicationName = command.Text(KeeperFlags.ReplicationName);
        if (replicationName.Length == 0)
        {
            throw new FatalException("--pg-repl-username is required");
        }

        CheckTrust(command, ReplicationFlags, warn);
        CheckTrust(command, SuperuserFlags, warn);
        CheckSource(command, ReplicationFlags);
        var superuserMethod = Method(command, KeeperFlags.SuperuserMethod);
        CheckSource(command, SuperuserFlags);
        var replicationText = Password(command, ReplicationFlags, warn);
        var superuserText = Password(command, SuperuserFlags, warn);
        var superuser = new Login(superuserName, superuserMethod, Trimmed(superuserText, SuperuserFlags.Whose, warn));
        var replication = new Login(
            replicationName, replicationMethod, Trimmed(replicationText, ReplicationFlags.Whose, warn));
        CheckSameName(superuser, replication, warn);
        return (superuser, replication);
    }

    /// <summary>Reads the password file again, for a password that is changed while the keeper runs; null: there is no
    /// password file.</summary>
    public static Func<Secret?>? SuperuserFile(ParsedCommand command) => FileOf(command, SuperuserFlags);

    /// <inheritdoc cref="SuperuserFile"/>
    public static Func<Secret?>? ReplicationFile(ParsedCommand command) => FileOf(command, ReplicationFlags);

    // A password with which the keeper would not start is ignored later, too.
    private static Func<Secret?>? FileOf(ParsedCommand command, LoginFlags flags)
    {
        return command.Text(flags.File) is { Length: > 0 } path ? Read : null;

        Secret? Read()
        {
            try
            {
                var file = SecretFile.Read(path);
                return Trimmed(new GivenPassword(file.Secret, Trimmed: false), flags.Whose, _ => { });
            }
            catch (FatalException)
            {
                return null;
            }
        }
    }

    private static string Method(ParsedCommand command, string flag) =>
        Methods.Contains(command.Text(flag))
            ? command.Text(flag)
            : throw new FatalException(
                $"--{flag} must be md5, scram-sha-256, cert or trust, not \"{command.Text(flag)}\"");

    private static string SuperuserName(ParsedCommand command)
    {
        if (command.Changed(KeeperFlags.SuperuserName))
        {
            return command.Text(KeeperFlags.SuperuserName);
        }

        // In a container, the process's user may have no name.
        var user = Environment.UserName is { Length: > 0 } name ? name : Environment.GetEnvironmentVariable("USER");
        return user is { Length: > 0 }
            ? user
            : throw new FatalException("cannot find out the user this program runs as; use --pg-su-username");
    }

    /// <summary>With <c>trust</c> the server requests no password, so an option with one is a mistake.</summary>
    private static void CheckTrust(ParsedCommand command, LoginFlags flags, Action<string> warn)
    {
        if (command.Text(flags.Method) != Trust)
        {
            return;
        }

        warn($"the {flags.Whose} is trusted without a password");
        if (Sources(command, flags) > 0)
        {
            throw new FatalException($"with method trust neither --{flags.Password} nor --{flags.File} may be given");
        }
    }

    private static void CheckSource(ParsedCommand command, LoginFlags flags)
    {
        if (command.Text(flags.Method) == Trust)
        {
            return;
        }

        switch (Sources(command, flags))
        {
            case 0 when command.Text(flags.Method) != Certificate:
                throw new FatalException($"one of --{flags.Password} and --{flags.File} is required");
            case > 1:
                throw new FatalException($"only one of --{flags.Password} and --{flags.File} may be given");
        }
    }

    private static int Sources(ParsedCommand command, LoginFlags flags) =>
        (command.Text(flags.Password).Length > 0 ? 1 : 0) + (command.Text(flags.File).Length > 0 ? 1 : 0);

    private static GivenPassword? Password(ParsedCommand command, LoginFlags flags, Action<string> warn)
    {
        if (Sources(command, flags) == 0)
        {
            return null;
        }

        if (command.Text(flags.File) is not { Length: > 0 } path)
        {
            var text = command.Text(flags.Password);
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

    /// <summary>Texts of docs/spec/process-contract.md 4.</summary>
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

        if (password.Text.AsSpan().ContainsAny('\n', '\r', '\0'))
        {
            throw new FatalException(
                $"{whose} password has a line break or a zero byte in it, which PostgreSQL's programs do not accept");
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

    /// <param name="Whose">The user's name in warnings and errors.</param>
    private sealed record LoginFlags(string Whose, string Method, string Password, string File);

    /// <param name="Trimmed">Line ends were removed from its end.</param>
    private sealed record GivenPassword(string Text, bool Trimmed)
    {
        public override string ToString() => "***";
    }
}
