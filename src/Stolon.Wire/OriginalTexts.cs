namespace Stolon.Wire;

/// <summary>What scripts read in stolonctl's output that uses the format's old words; ours stop at this door.</summary>
public static class OriginalTexts
{
    /// <summary>In the status text, before the uid of the primary's keeper.</summary>
    public const string PrimaryKeeperLabel = "Master Keeper: ";

    /// <summary>In the status tree, behind the primary's keeper.</summary>
    public const string PrimaryMark = " (master)";

    /// <summary>The one change of role that is refused.</summary>
    public const string PrimaryToStandby = "cannot update a cluster from master role to standby role";

    /// <summary>Removing the keeper of the primary is refused.</summary>
    public const string KeeperHasPrimary = "keeper assigned db is the current cluster master db.";

    /// <summary>Promoting a cluster that is not a standby cluster does nothing.</summary>
    public const string AlreadyPrimary = "cluster spec role already set to master";
}
