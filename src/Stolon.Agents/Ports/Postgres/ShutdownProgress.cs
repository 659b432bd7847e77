namespace Stolon.Agents.Ports.Postgres;

/// <summary>How far a server is that was told to stop.</summary>
/// <param name="Ended">No server process is left.</param>
/// <param name="InOrder">Its control data say that it was shut down, and nobody is left to whom it sends: whatever a
/// connected standby was to get, it has. True before the end of a process that only waits for its archiver. False for a
/// server that was not running, or crashed.</param>
/// <param name="WaitsFor">What it has still to do, for people; null: nothing.</param>
public sealed record ShutdownProgress(bool Ended, bool InOrder, string? WaitsFor = null);
