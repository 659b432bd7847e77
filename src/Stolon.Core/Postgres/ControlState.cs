namespace Stolon.Core.Postgres;

/// <summary>The state an instance noted in its control file; after a crash it is the one before the crash.</summary>
/// <remarks>PostgreSQL's DBState, pg_controldata "Database cluster state".</remarks>
public enum ControlState
{
    /// <summary>A text this program does not know.</summary>
    Unknown,

    StartingUp,

    /// <summary>Stopped cleanly as a primary: nothing to recover.</summary>
    ShutDown,

    /// <summary>Stopped cleanly as a standby.</summary>
    ShutDownInRecovery,

    ShuttingDown,

    InCrashRecovery,

    InArchiveRecovery,

    InProduction,
}
