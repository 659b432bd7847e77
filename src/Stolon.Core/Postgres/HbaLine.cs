using System.Net;

namespace Stolon.Core.Postgres;

/// <summary>Checks a line of pg_hba.conf without PostgreSQL, for a warning. Only PostgreSQL decides whether the line is
/// valid.</summary>
public static class HbaLine
{
    private static readonly string[] Types =
        ["local", "host", "hostssl", "hostnossl", "hostgssenc", "hostnogssenc"];

    private static readonly string[] Methods =
    [
        "trust", "reject", "md5", "password", "scram-sha-256", "gss", "sspi", "ident", "peer", "pam", "ldap", "radius",
        "cert", "bsd", "oauth",
    ];

    /// <summary>Null: no problem found. Lines with quotes, with blanks in lists or with inclusions are not
    /// checked.</summary>
    public static string? ProblemWith(string line)
    {
        var hash = line.IndexOf('#');
        var words = (hash < 0 ? line : line[..hash])
            .Split((char[])[' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || line.Contains('"') || line.TrimEnd().EndsWith('\\')
            || words.Any(w => w.StartsWith("include", StringComparison.Ordinal) || w.EndsWith(',')))
        {
            return null;
        }

        return !Types.Contains(words[0]) ? $"\"{words[0]}\" is not a connection type"
            : words[0] == "local" ? Method(words, 3)
            : Remote(words);
    }

    private static string? Remote(string[] words)
    {
        const int Address = 3;
        if (words.Length <= Address)
        {
            return "the address is missing";
        }

        var isAddress = IPAddress.TryParse(words[Address].Split('/')[0], out _);
        var masked = words.Length > Address + 1 && IPAddress.TryParse(words[Address + 1], out _);
        return (isAddress, words[Address].Contains('/'), masked) switch
        {
            (false, _, true) => $"the host name {words[Address]} must not have a mask",
            (true, true, true) => "the address has two masks",
            (true, false, false) => $"the address {words[Address]} has no mask",
            (true, false, true) => Method(words, Address + 2),
            _ => Method(words, Address + 1),
        };
    }

    private static string? Method(string[] words, int at) =>
        words.Length <= at ? "the authentication method is missing"
        : Methods.Contains(words[at]) ? null
        : $"\"{words[at]}\" is not an authentication method";
}
