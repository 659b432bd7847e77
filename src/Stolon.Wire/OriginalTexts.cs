namespace Stolon.Wire;

/// <summary>Texts in stolonctl's output that scripts read and that contain the format's old words; our other texts do
/// not.</summary>
public static class OriginalTexts
{
    /// <summary>In the status text, before the uid of the primary's keeper.</summary>
    public const string PrimaryKeeperLabel = "Master Keeper: ";

    /// <summary>In the status tree, after the primary's keeper.</summary>
    public const string PrimaryMark = " (master)";

    /// <summary>The only change of role that is refused.</summary>
    public const string PrimaryToStandby = "cannot update a cluster from master role to standby role";

    /// <summary>Removing the keeper of the primary is refused.</summary>
    public const string KeeperHasPrimary = "keeper assigned db is the current cluster master db.";

    /// <summary>Promoting a cluster that is not a standby cluster does nothing.</summary>
    public const string AlreadyPrimary = "cluster spec role already set to master";
}
