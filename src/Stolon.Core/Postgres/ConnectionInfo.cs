using System.Diagnostics.CodeAnalysis;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Core.Postgres;

/// <summary>A libpq connection string as keywords and values, sorted; an empty value is an absent one.</summary>
/// <remarks>PostgreSQL manual, "Connection Strings", keyword/value form; source: keeper.md 6.5.</remarks>
public sealed record ConnectionInfo
{
    private const string PasswordKeyword = "password";

    private readonly ValueMap<string, string> _values;

    private ConnectionInfo(ValueMap<string, string> values) => _values = values;

    public static ConnectionInfo Empty { get; } = new(ValueMap<string, string>.Empty);

    /// <summary>The value of a keyword; null when it is absent.</summary>
    public string? this[string keyword] => _values.TryGetValue(keyword, out var value) ? value : null;

    public ValueMap<string, string> Values => _values;

    /// <summary>How <paramref name="self"/> streams from, or is cloned from, another instance.</summary>
    /// <param name="password">Null: the server trusts us.</param>
    public static ConnectionInfo ForReplication(
        ServerAddress source, string user, Secret? password, InstanceUid self) =>
        Empty.With("host", source.Host).With("port", source.Port)
            .With("user", user).With(PasswordKeyword, password?.Reveal)
            .With("application_name", ReplicationSlotName.Of(self)).With("sslmode", "prefer");

    /// <summary>How <paramref name="self"/> reads the primary as superuser, for a rewind.</summary>
    /// <param name="password">Null: the server trusts us.</param>
    public static ConnectionInfo ForSuperuser(
        ServerAddress primary, string user, Secret? password, InstanceUid self) =>
        ForReplication(primary, user, password, self).With("dbname", "postgres");

    /// <summary>Reads a keyword/value connection string; of a repeated keyword the last value counts.</summary>
    /// <returns>False for a URI, a keyword without "=" or an unterminated quote.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ConnectionInfo? info) =>
        ConnectionInfoParser.TryParse(text, out info);

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException">The text is not a keyword/value connection string. It is not quoted in the
    /// message, as it may hold a password.</exception>
    public static ConnectionInfo Parse(string text) =>
        TryParse(text, out var info) ? info : throw new FormatException("not a libpq keyword/value connection string");

    /// <summary>With this keyword set; a null or empty value removes it.</summary>
    public ConnectionInfo With(string keyword, string? value) =>
        new(string.IsNullOrEmpty(value) ? _values.Without(keyword) : _values.With(keyword, value));

    /// <summary>Under TLS as the keeper's options say, and with this certificate if there is one.</summary>
    public ConnectionInfo Over(ServerTls tls, ClientCertificate? certificate) =>
        With("sslmode", tls.Mode).With("sslrootcert", tls.AuthoritiesFile)
            .With("sslcert", certificate?.CertificateFile).With("sslkey", certificate?.KeyFile);

    /// <summary>Tools that copy or rewind must not wait for synchronous standbys (keeper.md 4.5).</summary>
    public ConnectionInfo WithoutSynchronousCommit() => With("options", "-c synchronous_commit=off");

    /// <summary>Without the password, which then comes from a password file: process arguments are public.</summary>
    public ConnectionInfo WithoutPassword() => With(PasswordKeyword, null);

    /// <summary>With the password in this libpq password file instead (PostgreSQL 10 and later).</summary>
    public ConnectionInfo WithPasswordFile(string path) => WithoutPassword().With("passfile", path);

    /// <summary>The connection string: one space between, backslashes before what would end or alter a value.</summary>
    /// <remarks>Contains the password.</remarks>
    public string Format() => Join(_values);

    /// <summary>The connection string with the password hidden, for people.</summary>
    public override string ToString() =>
        Join(_values.ContainsKey(PasswordKeyword) ? _values.With(PasswordKeyword, "***") : _values);

    private static string Join(ValueMap<string, string> values) =>
        string.Join(' ', values.Select(v => $"{v.Key}={Escape(v.Value)}"));

    // keeper.md asks for space, ' and \; the other white space ends a value for libpq as well.
    private static string Escape(string value) =>
        string.Concat(value.Select(c => c is '\'' or '\\' || ConnectionInfoParser.IsSpace(c) ? $"\\{c}" : $"{c}"));
}
