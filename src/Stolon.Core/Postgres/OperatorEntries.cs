using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Core.Postgres;

/// <summary>The operator's part of a server's configuration, and how it is exchanged: what is ours always
/// stays.</summary>
/// <param name="Parameters">By name, without those that are ours.</param>
/// <param name="Hba">The lines after ours.</param>
public sealed record OperatorEntries(ValueMap<string, string> Parameters, ValueList<string> Hba)
{
    private static readonly string[] _fields = ["type", "database", "user", "address"];

    // What makes a line let somebody in, once it fits (manual, "The pg_hba.conf File").
    private static readonly string[] _methods =
    [
        "trust", "md5", "password", "scram-sha-256", "peer", "ident", "cert", "pam", "ldap", "radius", "gss", "sspi",
        "bsd", "oauth",
    ];

    public static OperatorEntries None { get; } = new(ValueMap<string, string>.Empty, []);

    public static OperatorEntries Of(ServerConfiguration configuration) => new(
        configuration.Parameters.Where(p => !ManagedParameters.IsOwned(p.Key)).ToValueMap(),
        configuration.Hba.Skip(configuration.OwnHbaLines).ToValueList());

    /// <summary>The configuration with these entries in the place of its operator's.</summary>
    public ServerConfiguration In(ServerConfiguration configuration) => configuration with
    {
        Parameters = StandbyRequirements.Raise(
            ManagedParameters.Overlay(
                configuration.Parameters.Where(p => ManagedParameters.IsOwned(p.Key)).ToValueMap(), Parameters),
            configuration.Minimums),
        Hba = [.. configuration.Hba.Take(configuration.OwnHbaLines), .. Hba],
    };

    /// <summary>Without this parameter: with the value that <paramref name="lastWorking"/> has, if that is another.</summary>
    public OperatorEntries WithPrevious(string name, OperatorEntries lastWorking)
    {
        var former = lastWorking.Parameters.TryGetValue(name, out var value)
            && (!Parameters.TryGetValue(name, out var present) || present != value) ? value : null;
        return this with
        {
            Parameters = former is null ? Parameters.Without(name) : Parameters.With(name, former),
        };
    }

    /// <summary>Without the lines that PostgreSQL does not understand.</summary>
    /// <remarks>The first line that fits a connection decides. A line that may have been meant to reject somebody must
    /// not go alone, or a later one would let him in: then the lines that last worked stay, whole; if there are none,
    /// those before it.</remarks>
    /// <param name="bad">Their places in <see cref="Hba"/>, from 0.</param>
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

    /// <summary>The names of the parameters in which these differ from those.</summary>
    public IEnumerable<string> ChangedParameters(OperatorEntries other) =>
        Parameters.Keys.Concat(other.Parameters.Keys)
            .Distinct(StringComparer.Ordinal)
            .Where(name => Value(name) != other.Value(name));

    /// <summary>Names a line of <c>pgHBA</c>: by its place and its first fields, for its options may hold a
    /// password.</summary>
    /// <param name="at">From 0.</param>
    public static string NameOf(int at, string line)
    {
        var words = line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)
            .Take(_fields.Length).Where(word => !word.Contains('=')).ToList();
        return words.Count == 0 ? $"pgHBA entry {at + 1}" : $"pgHBA entry {at + 1} \"{string.Join(' ', words)} …\"";
    }

    private static bool MayReject(string line)
    {
        var words = line.Split((char[])[' ', '\t', '"'], StringSplitOptions.RemoveEmptyEntries);
        return words.Contains("reject") || !words.Skip(1).Any(word => _methods.Contains(word));
    }

    private string? Value(string name) => Parameters.TryGetValue(name, out var value) ? value : null;
}
