namespace Stolon.Store.Election;

/// <summary>The status of a candidate, as the server reports it.</summary>
internal enum CandidacyStatus
{
    /// <summary>The server does not have it: its key or lock was deleted.</summary>
    NotFound,

    /// <summary>Other candidates are before it.</summary>
    Waiting,

    Leading,
}
