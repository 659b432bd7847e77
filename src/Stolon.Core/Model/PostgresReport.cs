using Stolon.Core.Common;

namespace Stolon.Core.Model;

/// <summary>What a keeper observed of its PostgreSQL (docs/spec/store.md 4.1, PostgresState).</summary>
/// <remarks>"Not in stolon's format": stolon's programs neither write nor read the member.</remarks>
public sealed record PostgresReport : PostgresState
{
    public PostgresReport()
    {
    }

    public PostgresReport(PostgresState state)
        : base(state)
    {
    }

    /// <summary>The instance that the local data belong to; null: none.</summary>
    public InstanceUid? Instance { get; init; }

    /// <summary>The last generation that was carried out completely; none while initialising.</summary>
    public Generation Generation { get; init; }

    /// <summary>The server has recently answered every query.</summary>
    public bool Healthy { get; init; }

    /// <summary>Why it is not <see cref="Healthy"/>, for people; null: it is, or the keeper did not say. Not in
    /// stolon's format.</summary>
    public string? Reason { get; init; }

    /// <summary>What keeps the keeper from querying the server as it should (a refused password, a missing socket), for
    /// people; null: nothing. With <see cref="Healthy"/>: everything was read in another way. Without it: the keeper
    /// does not know the server's state, which counts neither as healthy nor as failed. Not in stolon's
    /// format.</summary>
    public string? Obstacle { get; init; }

    /// <summary>The keeper cannot observe the server (<see cref="Obstacle"/>), but has just seen that it accepts
    /// connections and writes. Not in stolon's format.</summary>
    public bool Serves { get; init; }

    /// <summary>Where this standby receives WAL from now, <c>host:port</c> as in its configuration; null: it does not,
    /// or it is not known. Not in stolon's format.</summary>
    public string? StreamsFrom { get; init; }

    /// <summary>Why the last test write to the primary failed, for people; null: it succeeded, or there was none. No
    /// decision depends on it. Not in stolon's format.</summary>
    public string? WriteProblem { get; init; }

    /// <summary>The keeper was asked to stop, and its server has shut down cleanly with everything sent to its
    /// standbys: no need to wait for it to come back. Not in stolon's format.</summary>
    public bool Stopped { get; init; }

    /// <summary>How many times the server has ended by itself since the keeper started. Not in stolon's
    /// format.</summary>
    public int UnplannedEnds { get; init; }

    /// <summary>Why the server cannot be started; null: it can. Not in stolon's format.</summary>
    public StartTrouble? StartTrouble { get; init; }

    /// <summary>The instances whose standbys PostgreSQL reports in state "sync" now; null: not read.</summary>
    public ValueList<InstanceUid>? SynchronousStandbys { get; init; }

    /// <summary>The instances of this cluster that are connected for WAL; null: not reported, for example by a standby.
    /// Not in stolon's format.</summary>
    public ValueList<StandbyStream>? Streams { get; init; }

    /// <summary>The replication slots, by name; null: not reported. Not in stolon's format.</summary>
    public ValueList<SlotUse>? Slots { get; init; }

    /// <summary>The parameters of <c>pgParameters</c> that this server did not accept, sorted; null: its keeper has
    /// just started and does not know. Not in stolon's format.</summary>
    public ValueList<string>? LeftOut { get; init; }

    /// <summary>The disk that holds the WAL; null: not reported. Not in stolon's format.</summary>
    public DiskSpace? WalDisk { get; init; }
}
