using Stolon.Core.Common;

namespace Stolon.Core.Keeper;

/// <summary>What became of a configuration that a server was given.</summary>
public abstract record ConfigurationOutcome
{
    private ConfigurationOutcome()
    {
    }

    /// <summary>It is in force, but for what waits for a restart, and for these entries of the operator's.</summary>
    /// <param name="LeftOut">Empty: nothing was left out.</param>
    public sealed record Applied(ValueList<LeftOutEntry> LeftOut) : ConfigurationOutcome
    {
        /// <summary>False: more was left out at a start than is to blame; given again, it is taken as far as that
        /// needs no restart.</summary>
        public bool Final { get; init; } = true;
    }

    /// <summary>The server refuses it: what was in force before still is, wholly or in part.</summary>
    /// <param name="Reasons">The server's, without the values it refuses.</param>
    public sealed record Rejected(ValueList<string> Reasons) : ConfigurationOutcome;

    /// <summary>Nobody knows whether it is in force: the server did not answer in time.</summary>
    public sealed record Unknown(string Why) : ConfigurationOutcome;

    public T Match<T>(Func<Applied, T> applied, Func<Rejected, T> rejected, Func<Unknown, T> unknown) => this switch
    {
        Applied outcome => applied(outcome),
        Rejected outcome => rejected(outcome),
        Unknown outcome => unknown(outcome),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>What kind of entry of the operator's was left out.</summary>
public enum LeftOutKind
{
    /// <summary>A parameter of <c>pgParameters</c>; in its place stands the value that last worked, or
    /// none.</summary>
    Parameter,

    /// <summary>A line of <c>pgHBA</c>, or of a pg_ident.conf that was edited by hand.</summary>
    Access,
}

/// <summary>An entry of the operator's that PostgreSQL does not take.</summary>
/// <param name="Name">The parameter, or what names the line. Never a value: it may be a secret.</param>
/// <param name="Reason">PostgreSQL's, without the value it refuses.</param>
public sealed record LeftOutEntry(LeftOutKind Kind, string Name, string Reason)
{
    public override string ToString() => $"{Name} ({Reason})";
}
