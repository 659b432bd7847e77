namespace Stolon.Store.Election;

/// <summary>The key of one candidate, ours or another's.</summary>
/// <param name="Value">The candidate's uid.</param>
/// <param name="Created">The revision at which the key was created: the candidate with the lowest one is
/// leader.</param>
public sealed record Candidacy(string Key, string Value, long Created);
