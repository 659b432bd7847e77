using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Core.Postgres;

/// <summary>The operator's part of a server's configuration, which can be replaced without changing ours.</summary>
/// <param name="Parameters">By name, without ours.</param>
/// <param name="Hba">The lines after ours.</param>
public sealed record OperatorEntries(ValueMap<string, string> Parameters, ValueList<string> Hba)
{
    private static readonly string[] Fields = ["type", "database", "user", "address"];

    // The methods that let a client in (manual, "The pg_hba.conf File").
    private static readonly string[] Methods =
    [
        "trust", "md5", "password", "scram-sha-256", "peer", "ident", "cert", "pam", "ldap", "radius", "gss", "sspi",
        "bsd", "oauth",
    ];

    public static OperatorEntries None { get; } = new(ValueMap<string, string>.Empty, []);

    public static OperatorEntries Of(ServerConfiguration configuration) => new(
        configuration.Parameters.Where(p => !ManagedParameters.IsOwned(p.Key)).ToValueMap(),
        configuration.Hba.Skip(configuration.OwnHbaLines).ToValueList());

    /// <summary>Replaces the operator's entries of the configuration by these.</summary>
    public ServerConfiguration In(ServerConfiguration configuration) => configuration with
    {
        Parameters = StandbyRequirements.Raise(
            ManagedParameters.Overlay(
                configuration.Parameters.Where(p => ManagedParameters.IsOwned(p.Key)).ToValueMap(), Parameters),
            configuration.Minimums),
        Hba = [.. configuration.Hba.Take(configuration.OwnHbaLines), .. Hba],
    };

    /// <summary>Removes this parameter, or replaces it by the value in <paramref name="lastWorking"/> if that
    /// differs.</summary>
    public OperatorEntries WithPrevious(string name, OperatorEntries lastWorking)
    {
        var former = lastWorking.Parameters.TryGetValue(name, out var value)
            && (!Parameters.TryGetValue(name, out var present) || present != value) ? value : null;
        return this with
        {
            Parameters = former is null ? Parameters.Without(name) : Parameters.With(name, former),
        };
    }

    /// <summary>Removes the lines that PostgreSQL rejects.</summary>
    /// <remarks>The first line that matches a connection decides. If a line that may reject a client is removed, a
    /// later one may let the client in. Then all lines that last worked are used; if there are none, only the lines
    /// before it.</remarks>
    /// <param name="bad">Indexes in <see cref="Hba"/>, from 0.</param>
    public OperatorEntries WithoutLines(IReadOnlyCollection<int> bad, OperatorEntries? lastWorking)
    {
        var rejecting = bad.Where(at => MayReject(Hba[at])).DefaultIfEmpty(-1).Min();
        return this with
        {
            Hba = rejecting < 0 ? Hba.Where((_, at) => !bad.Contains(at)).ToValueList()
                : lastWorking is not null && lastWorking.Hba != Hba ? lastWorking.Hba
                : Hba.Take(rejecting).Where((_, at) => !bad.Contains(at)).ToValueList(),
        };
    }

    /// <summary>The names of the parameters that differ.</summary>
    public IEnumerable<string> ChangedParameters(OperatorEntries other) =>
        Parameters.Keys.Concat(other.Parameters.Keys)
            .Distinct(StringComparer.Ordinal)
            .Where(name => Value(name) != other.Value(name));

    /// <summary>Describes a line of <c>pgHBA</c> by its number and first fields. Its options are left out because they
    /// may contain a password.</summary>
    /// <param name="at">From 0.</param>
    public static string NameOf(int at, string line)
    {
        var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
            .Take(Fields.Length).Where(word => !word.Contains('=')).ToList();
        return words.Count == 0 ? $"pgHBA entry {at + 1}" : $"pgHBA entry {at + 1} \"{string.Join(' ', words)} …\"";
    }

    private static bool MayReject(string line)
    {
        var words = line.Split((char[])[' ', '\t', '"'], StringSplitOptions.RemoveEmptyEntries);
        return words.Contains("reject") || !words.Skip(1).Any(word => Methods.Contains(word));
    }

    private string? Value(string name) => Parameters.TryGetValue(name, out var value) ? value : null;
}
