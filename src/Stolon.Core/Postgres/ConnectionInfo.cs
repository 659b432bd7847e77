using System.Diagnostics.CodeAnalysis;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Core.Postgres;

/// <summary>A libpq connection string as sorted keywords and values. An empty value means that the keyword is
/// absent.</summary>
/// <remarks>PostgreSQL manual, "Connection Strings", keyword/value form; source: docs/spec/keeper.md 6.5.</remarks>
public sealed record ConnectionInfo
{
    private const string PasswordKeyword = "password";

    private readonly ValueMap<string, string> _values;

    private ConnectionInfo(ValueMap<string, string> values) => _values = values;

    public static ConnectionInfo Empty { get; } = new(ValueMap<string, string>.Empty);

    /// <summary>The value of a keyword; null: absent.</summary>
    public string? this[string keyword] => _values.TryGetValue(keyword, out var value) ? value : null;

    public ValueMap<string, string> Values => _values;

    /// <summary>The connection by which <paramref name="self"/> streams from another instance, or is cloned from
    /// it.</summary>
    /// <param name="password">Null: no password.</param>
    public static ConnectionInfo ForReplication(
        ServerAddress source, string user, Secret? password, InstanceUid self) =>
        Empty.With("host", source.Host).With("port", source.Port)
            .With("user", user).With(PasswordKeyword, password?.Reveal)
            .With("application_name", ReplicationSlotName.Of(self)).With("sslmode", "prefer");

    /// <summary>The superuser's connection of <paramref name="self"/> to the primary, for a rewind.</summary>
    /// <param name="password">Null: no password.</param>
    public static ConnectionInfo ForSuperuser(
        ServerAddress primary, string user, Secret? password, InstanceUid self) =>
        ForReplication(primary, user, password, self).With("dbname", "postgres");

    /// <summary>Reads a keyword/value connection string. If a keyword is repeated, the last value counts.</summary>
    /// <returns>False for a URI, a keyword without "=" or an unterminated quote.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out ConnectionInfo? info) =>
        ConnectionInfoParser.TryParse(text, out info);

    /// <inheritdoc cref="TryParse"/>
    /// <exception cref="FormatException">The text is not a keyword/value connection string. The message does not
    /// contain it, because it may contain a password.</exception>
    public static ConnectionInfo Parse(string text) =>
        TryParse(text, out var info) ? info : throw new FormatException("not a libpq keyword/value connection string");

    /// <summary>Sets the keyword; a null or empty value removes it.</summary>
    public ConnectionInfo With(string keyword, string? value) =>
        new(string.IsNullOrEmpty(value) ? _values.Without(keyword) : _values.With(keyword, value));

    /// <summary>Adds the keeper's TLS options, and the certificate if there is one.</summary>
    public ConnectionInfo Over(ServerTls tls, ClientCertificate? certificate) =>
        With("sslmode", tls.Mode).With("sslrootcert", tls.AuthoritiesFile)
            .With("sslcert", certificate?.CertificateFile).With("sslkey", certificate?.KeyFile);

    /// <summary>Tools that clone or rewind must not wait for synchronous standbys (docs/spec/keeper.md 4.5).</summary>
    public ConnectionInfo WithoutSynchronousCommit() => With("options", "-c synchronous_commit=off");

    /// <summary>Removes the password, which then comes from a password file: process arguments are public.</summary>
    public ConnectionInfo WithoutPassword() => With(PasswordKeyword, null);

    /// <summary>Reads the password from this libpq password file instead (PostgreSQL 10 and later).</summary>
    public ConnectionInfo WithPasswordFile(string path) => WithoutPassword().With("passfile", path);

    /// <summary>The connection string, separated by single spaces, with a backslash before characters that would end or
    /// change a value.</summary>
    /// <remarks>Contains the password.</remarks>
    public string Format() => Join(_values);

    /// <summary>The connection string with the password hidden, for the operator.</summary>
    public override string ToString() =>
        Join(_values.ContainsKey(PasswordKeyword) ? _values.With(PasswordKeyword, "***") : _values);

    private static string Join(ValueMap<string, string> values) =>
        string.Join(' ', values.Select(v => $"{v.Key}={Escape(v.Value)}"));

    // docs/spec/keeper.md requires this for space, ' and \; other white space ends a value in libpq as well.
    private static string Escape(string value) =>
        string.Concat(value.Select(c => c is '\'' or '\\' || ConnectionInfoParser.IsSpace(c) ? $"\\{c}" : $"{c}"));
}
