using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Who follows whom (sentinel.md 7.2, 5.3 d and g, and step 6).</summary>
internal static class Followers
{
    /// <summary>Every standby follows the primary; the good ones are never to be initialised again under this
    /// uid.</summary>
    public static Pass Repoint(Pass pass)
    {
        var primary = pass.Primary!;
        foreach (var standby in pass.Data.Instances.Values.Where(i => i.IsStandbyType && i.Uid != primary.Uid))
        {
            var good = InstanceJudgement.IsGoodStandby(pass, standby, primary);
            pass = pass.WithSpec(standby.Uid, s => PrimaryHandover.Off(s) with
            {
                Role = InstanceRole.Standby,
                Follow = new FollowSource.Internal(primary.Uid),
                Followers = [],
                InitMode = good ? InstanceInitMode.None : s.InitMode,
            });
        }

        return pass;
    }

    /// <summary>The primary keeps a replication slot for each instance that follows it.</summary>
    public static Pass Apply(Pass pass)
    {
        if (pass.Elected || pass.Primary is not { } primary)
        {
            return pass;
        }

        var followers = pass.Data.Instances.Values
            .Where(i => i.Uid != primary.Uid && i.Spec.Follow == new FollowSource.Internal(primary.Uid))
            .Select(i => i.Uid)
            .ToSortedSet();
        return pass.WithSpec(primary.Uid, s => s with { Followers = followers });
    }
}
