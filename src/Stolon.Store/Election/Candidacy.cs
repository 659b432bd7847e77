namespace Stolon.Store.Election;

/// <summary>One candidate's key, ours or another's.</summary>
/// <param name="Value">The candidate's uid.</param>
/// <param name="Created">The server's number of the step that created the key: the lowest one leads.</param>
public sealed record Candidacy(string Key, string Value, long Created);
