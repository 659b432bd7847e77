using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>What a running keeper knows beside its files. Lost when it restarts, and safe to lose.</summary>
public sealed record KeeperMemory
{
    /// <summary>The instance whose data this process has made ready. Without it, data marked as initialising is
    /// half-made.</summary>
    public InstanceUid? Prepared { get; init; }

    /// <summary>Who has just answered as a source of data; null: nobody since the last thing that was done.</summary>
    public KeeperStep.ProbeSource? Probed { get; init; }

    /// <summary>What the running server was last told; null: unknown, for instance found running.</summary>
    public ServerConfiguration? InEffect { get; init; }

    /// <summary>The parameters that are being carried out, and who was well when they came; null: this keeper has given
    /// its server none yet.</summary>
    public RollOut? RollOut { get; init; }

    /// <summary>The restore command that hung, as it was written; null: none. It is not used again until it is another
    /// one.</summary>
    public string? HungRestore { get; init; }

    /// <summary>What is to be promoted was started without the commands of the archive, and is to stay so until it is
    /// a primary.</summary>
    public bool WithoutArchive { get; init; }

    /// <summary>Ordinary users are kept out until the synchronous standbys are back (keeper.md 6.4).</summary>
    public bool InternalOnly { get; init; }
}
