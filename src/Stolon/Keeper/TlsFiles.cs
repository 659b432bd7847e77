using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stolon.Core.Keeper;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;

namespace Stolon.Keeper;

/// <summary>The TLS options for connections to other instances. What PostgreSQL's programs would refuse later, during a
/// failover, is refused at the start.</summary>
internal static class TlsFiles
{
    /// <summary>libpq refuses keys that others can access. Only some versions allow the group to read a key of
    /// root.</summary>
    private const UnixFileMode Refused = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private static readonly string[] Modes = ["prefer", "require", "verify-ca", "verify-full"];

    /// <exception cref="FatalException">An unknown mode, or a missing or unusable file; the message names the
    /// option.</exception>
    public static ServerTls ReadMode(ParsedCommand command)
    {
        var mode = command.Text(KeeperFlags.TlsMode);
        if (!Modes.Contains(mode))
        {
            throw new FatalException(
                $"--{KeeperFlags.TlsMode} must be prefer, require, verify-ca or verify-full, not \"{mode}\"");
        }

        var path = PathOf(command, KeeperFlags.TlsAuthorities);
        if (path is null && mode.StartsWith("verify-", StringComparison.Ordinal))
        {
            throw new FatalException($"--{KeeperFlags.TlsMode} {mode} needs --{KeeperFlags.TlsAuthorities}");
        }

        if (path is not null && mode == "prefer")
        {
            // With a wrong certificate, libpq would continue without TLS.
            throw new FatalException(
                $"--{KeeperFlags.TlsAuthorities} needs --{KeeperFlags.TlsMode} require, verify-ca or verify-full");
        }

        if (path is not null)
        {
            Try($"--{KeeperFlags.TlsAuthorities} {path}", () => Authorities(path));
        }

        return new ServerTls { Mode = mode, AuthoritiesFile = path };
    }

    public static Login WithSuperuserCertificate(ParsedCommand command, Login login) =>
        With(command, login, KeeperFlags.SuperuserMethod, KeeperFlags.SuperuserCertificate, KeeperFlags.SuperuserKey);

    public static Login WithReplicationCertificate(ParsedCommand command, Login login) => With(
        command, login, KeeperFlags.ReplicationMethod, KeeperFlags.ReplicationCertificate, KeeperFlags.ReplicationKey);

    private static Login With(
        ParsedCommand command, Login login, string methodFlag, string certificateFlag, string keyFlag)
    {
        var needed = login.Method == Logins.Certificate;
        var (certificate, key) = (PathOf(command, certificateFlag), PathOf(command, keyFlag));
        if (certificate is null && key is null && !needed)
        {
            return login;
        }

        if (certificate is null || key is null)
        {
            throw new FatalException(needed
                ? $"--{methodFlag} cert needs --{certificateFlag} and --{keyFlag}"
                : $"--{certificateFlag} and --{keyFlag} must be given together");
        }

        // Local connections are authenticated by the name of the process's user (pg_ident.conf).
        if (needed && Environment.UserName.Length == 0)
        {
            throw new FatalException(
                $"--{methodFlag} cert needs a name of the operating system's user this program runs as; it has none "
                + "(add it to /etc/passwd)");
        }

        var name = Try($"--{certificateFlag} {certificate}, --{keyFlag} {key}", () => CommonName(certificate, key));
        return !needed || name == login.Name
            ? login with { Certificate = new ClientCertificate(certificate, key) }
            : throw new FatalException(
                $"--{certificateFlag} {certificate}: the common name is \"{name}\", but must be the user's, "
                + $"\"{login.Name}\"");
    }

    private static int Authorities(string path)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(path);
        return certificates.Count > 0 ? certificates.Count : throw new CryptographicException("no certificate in it");
    }

    private static string CommonName(string certificate, string key)
    {
        using var pair = X509Certificate2.CreateFromPemFile(certificate, key);
        return (File.GetUnixFileMode(key) & Refused) == UnixFileMode.None
            ? pair.GetNameInfo(X509NameType.SimpleName, forIssuer: false)
            : throw new CryptographicException(
                "its group or others can access the key, so PostgreSQL refuses it; set its mode to 0600");
    }

    private static T Try<T>(string option, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException
            or ArgumentException)
        {
            throw new FatalException($"{option}: {e.Message}", e);
        }
    }

    /// <summary>Absolute, because the server has another working directory.</summary>
    private static string? PathOf(ParsedCommand command, string flag) =>
        command.Text(flag) is { Length: > 0 } path ? Path.GetFullPath(path) : null;
}
