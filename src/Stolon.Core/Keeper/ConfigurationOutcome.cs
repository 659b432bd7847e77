using Stolon.Core.Common;

namespace Stolon.Core.Keeper;

/// <summary>The result of applying a configuration to a server.</summary>
public abstract record ConfigurationOutcome
{
    private ConfigurationOutcome()
    {
    }

    /// <summary>The configuration is in force, except parameters that need a restart and the entries left
    /// out.</summary>
    /// <param name="LeftOut">Entries of the operator that were left out; empty: none.</param>
    public sealed record Applied(ValueList<LeftOutEntry> LeftOut) : ConfigurationOutcome
    {
        /// <summary>False: a start left out more entries than necessary. Applied again, the others come into force as
        /// far as no restart is needed.</summary>
        public bool Final { get; init; } = true;
    }

    /// <summary>The server rejects the configuration. The previous one stays in force, fully or in part.</summary>
    /// <param name="Reasons">The server's messages, without the rejected values.</param>
    public sealed record Rejected(ValueList<string> Reasons) : ConfigurationOutcome;

    /// <summary>The server did not answer in time, so it is unknown whether the configuration is in force.</summary>
    public sealed record Unknown(string Why) : ConfigurationOutcome;

    public T Match<T>(Func<Applied, T> applied, Func<Rejected, T> rejected, Func<Unknown, T> unknown) => this switch
    {
        Applied outcome => applied(outcome),
        Rejected outcome => rejected(outcome),
        Unknown outcome => unknown(outcome),
        _ => throw new System.Diagnostics.UnreachableException(),
    };
}

/// <summary>The kind of an operator's entry that was left out.</summary>
public enum LeftOutKind
{
    /// <summary>A parameter of <c>pgParameters</c>; the last working value is used instead, or none.</summary>
    Parameter,

    /// <summary>A line of <c>pgHBA</c>, or of a pg_ident.conf that was edited by hand.</summary>
    Access,
}

/// <summary>An entry of the operator that PostgreSQL rejects.</summary>
/// <param name="Name">The parameter, or a description of the line. Never a value: it may be a secret.</param>
/// <param name="Reason">PostgreSQL's message, without the rejected value.</param>
public sealed record LeftOutEntry(LeftOutKind Kind, string Name, string Reason)
{
    public override string ToString() => $"{Name} ({Reason})";
}
