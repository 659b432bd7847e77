namespace Stolon.Store.Election;

/// <summary>How a candidate stands, as the server sees it.</summary>
internal enum CandidacyStatus
{
    /// <summary>The server does not know it: its key or its lock was taken away.</summary>
    NotFound,

    /// <summary>Others are before it.</summary>
    Waiting,

    Leading,
}
