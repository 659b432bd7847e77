using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>The state of a running keeper that is not in its files. It is lost at a restart, which is safe.</summary>
public sealed record KeeperMemory
{
    /// <summary>The instance whose data this process has prepared. Otherwise data marked as initializing are
    /// incomplete.</summary>
    public InstanceUid? Prepared { get; init; }

    /// <summary>The latest successful probe of a source; null: none since the last change.</summary>
    public KeeperStep.ProbeSource? Probed { get; init; }

    /// <summary>The configuration that the running server last got; null: unknown, for instance if the keeper found it
    /// running.</summary>
    public ServerConfiguration? InEffect { get; init; }

    /// <summary>The change of parameters in progress, and the instances that were healthy when it began; null: this
    /// keeper has not configured its server yet.</summary>
    public RollOut? RollOut { get; init; }

    /// <summary>The restore command that hung, as configured; null: none. It is not used again until it
    /// changes.</summary>
    public string? HungRestore { get; init; }

    /// <summary>The server was started for promotion without the archive commands, and stays without them until it is a
    /// primary.</summary>
    public bool WithoutArchive { get; init; }

    /// <summary>Ordinary users are rejected until the synchronous standbys are back (docs/spec/keeper.md
    /// 6.4).</summary>
    public bool InternalOnly { get; init; }
}
