using Stolon.Core.Postgres;

namespace Stolon.Simulation.Postgres;

/// <summary>One record of the write-ahead log, as a whole: it is there or it is not.</summary>
/// <param name="Row">The client's row committed by it; null: PostgreSQL's own (checkpoint, end of recovery).</param>
internal sealed record WalRecord(Lsn Start, Lsn End, Timeline Timeline, long? Row);
