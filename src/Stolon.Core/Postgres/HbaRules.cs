using System.Net;
using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Postgres;

/// <summary>The lines of <c>pg_hba.conf</c>, in order: the first one that matches a connection decides.</summary>
/// <remarks>PostgreSQL manual, "The pg_hba.conf File"; source: docs/spec/keeper.md 6.2.</remarks>
public static class HbaRules
{
    /// <summary>The name of our map in pg_ident.conf.</summary>
    public const string Map = "stolon";

    private const string Certificate = "cert";

    private static readonly string[] Keywords =
        ["all", "replication", "sameuser", "samegroup", "samerole", "samehost", "samenet"];

    /// <summary>Our own entries come first, so that no user entry can lock out the keeper and the standbys.</summary>
    public static ValueList<string> For(HbaInputs inputs)
    {
        var lines = new List<string>
        {
            $"local postgres {Token(inputs.SuperuserName)} {OnSocket(inputs.SuperuserMethod)}",
            $"local replication {Token(inputs.ReplicationName)} {OnSocket(inputs.ReplicationMethod)}",
        };
        lines.AddRange(inputs.Access == ReplicationAccess.All ? FromAnywhere(inputs) : FromInstances(inputs));
        if (!inputs.InternalOnly)
        {
            lines.AddRange(inputs.UserEntries ?? ["host all all 0.0.0.0/0 md5", "host all all ::0/0 md5"]);
        }

        return lines.ToValueList();
    }

    /// <summary>The lines of our map in pg_ident.conf: the internal users that the keeper may log in as on the socket
    /// without a password.</summary>
    public static ValueList<string> UserMap(HbaInputs inputs) =>
    [
        .. new[]
        {
            (Name: inputs.SuperuserName, Method: inputs.SuperuserMethod),
            (Name: inputs.ReplicationName, Method: inputs.ReplicationMethod),
        }
        .Where(u => u.Method == Certificate)
        .Select(u => $"{Map} {Token(inputs.SystemUser)} {Token(u.Name)}")
        .Distinct(StringComparer.Ordinal),
    ];

    // A socket has no TLS and so no certificate; there PostgreSQL asks the system for the user.
    private static string OnSocket(string method) => method == Certificate ? $"peer map={Map}" : method;

    private static IEnumerable<string> FromAnywhere(HbaInputs inputs) =>
    [
        .. Superuser(inputs, "0.0.0.0/0"),
        .. Superuser(inputs, "::0/0"),
        .. Replication(inputs, "0.0.0.0/0"),
        .. Replication(inputs, "::0/0"),
    ];

    private static IEnumerable<string> FromInstances(HbaInputs inputs) =>
        inputs.StrictAddresses
            .Where(address => !string.IsNullOrWhiteSpace(address))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal)
            .Select(WithMask)
            .SelectMany(address => Superuser(inputs, address).Concat(Replication(inputs, address)));

    private static string[] Superuser(HbaInputs inputs, string address) =>
        Remote($"all {Token(inputs.SuperuserName)} {address}", inputs.SuperuserMethod);

    private static string[] Replication(HbaInputs inputs, string address) =>
        Remote($"replication {Token(inputs.ReplicationName)} {address}", inputs.ReplicationMethod);

    // A user with a certificate must not be able to log in by password without TLS through a later line.
    private static string[] Remote(string who, string method) => method == Certificate
        ? [$"hostssl {who} {method}", $"hostnossl {who} reject"]
        : [$"host {who} {method}"];

    // One host: /32 for IPv4, /128 for IPv6; a host name has no mask.
    private static string WithMask(string address)
    {
        if (address.Contains(':') && IPAddress.TryParse(address, out _))
        {
            return address + "/128";
        }

        var isIpv4 = address.Count(c => c == '.') == 3 && IPAddress.TryParse(address, out _);
        return isIpv4 ? address + "/32" : Token(address);
    }

    // A quoted token is always one plain name: no keyword, group (+), file (@) or list.
    private static string Token(string name)
    {
        var plain = name.Length > 0
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.')
            && !Keywords.Contains(name);
        return plain ? name : $"\"{name.Replace("\"", "\"\"")}\"";
    }
}

/// <summary>The input for an instance's <c>pg_hba.conf</c>.</summary>
public sealed record HbaInputs
{
    public required string SuperuserName { get; init; }

    /// <summary>PostgreSQL's name of the method: <c>md5</c>, <c>trust</c>, <c>scram-sha-256</c>, <c>cert</c>.</summary>
    public required string SuperuserMethod { get; init; }

    public required string ReplicationName { get; init; }

    public required string ReplicationMethod { get; init; }

    /// <summary>The operating system user of the keeper. On the socket, where there is no TLS, it may log in as the
    /// internal users with method <c>cert</c>.</summary>
    public string SystemUser { get; init; } = "";

    public required ReplicationAccess Access { get; init; }

    /// <summary>With strict access: the addresses of the other instances; none on an instance that follows one of them.
    /// Not used otherwise. An empty text is an instance that has not reported yet.</summary>
    public ValueList<string> StrictAddresses { get; init; }

    /// <summary>The specification's entries, verbatim. Null: the default, all users with a password.</summary>
    public ValueList<string>? UserEntries { get; init; }

    /// <summary>Reject ordinary users: a synchronous primary has just started (docs/spec/keeper.md 6.4).</summary>
    public required bool InternalOnly { get; init; }
}
