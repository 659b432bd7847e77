using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Store.Contract;

/// <summary>Sample documents.</summary>
public static class Samples
{
    /// <summary>The data of a new cluster; identified by the cluster's uid.</summary>
    public static ClusterData Data(string uid = "one") => ClusterData.New(
        new ClusterUid(uid), new ClusterSpec { InitMode = ClusterInitMode.New }, WallTime.Never);

    /// <summary>Valid cluster data, slightly larger than this number of bytes.</summary>
    public static ClusterData Large(int bytes) => ClusterData.New(
        new ClusterUid("large"),
        new ClusterSpec
        {
            InitMode = ClusterInitMode.New,
            PgParameters = ValueMap<string, string>.Empty.With("application_name", new string('x', bytes)),
        },
        WallTime.Never);

    public static KeeperReport Keeper(Member member, string infoUid = "i") =>
        new() { InfoUid = infoUid, Uid = new KeeperUid(member.Uid) };

    public static ProxyReport Proxy(Member member, string infoUid = "i") =>
        new() { InfoUid = infoUid, Uid = new ProxyUid(member.Uid) };

    public static SentinelReport Sentinel(Member member) => new(new SentinelUid(member.Uid));
}
