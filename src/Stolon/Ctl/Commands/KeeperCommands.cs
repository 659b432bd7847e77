using Stolon.Core.Model;
using Stolon.Hosting;
using Stolon.Wire;

namespace Stolon.Ctl.Commands;

/// <summary><c>stolonctl failkeeper</c> and <c>removekeeper</c> (docs/spec/stolonctl.md 7).</summary>
internal static class KeeperCommands
{
    /// <summary>Makes the sentinel treat the keeper as failed once.</summary>
    public static Task<int> FailAsync(CtlContext context, CancellationToken cancellationToken) =>
        ChangeAsync(context, Failed, cancellationToken);

    /// <summary>Removes the keeper and its instance; the sentinel removes them from the lists of followers.</summary>
    public static Task<int> RemoveAsync(CtlContext context, CancellationToken cancellationToken) =>
        ChangeAsync(context, Removed, cancellationToken);

    private static ClusterData Failed(ClusterData data, KeeperRecord keeper) => data with
    {
        Keepers = data.Keepers.With(keeper.Uid, keeper with { Status = keeper.Status with { ForceFail = true } }),
    };

    private static ClusterData Removed(ClusterData data, KeeperRecord keeper)
    {
        var without = data with { Keepers = data.Keepers.Without(keeper.Uid) };
        return data.InstanceOf(keeper.Uid) switch
        {
            null => without,
            { Uid: var uid } when uid == data.Cluster.Primary =>
                throw new FatalException(OriginalTexts.KeeperHasPrimary),
            { Uid: var uid } => without with { Instances = data.Instances.Without(uid) },
        };
    }

    private static async Task<int> ChangeAsync(
        CtlContext context, Func<ClusterData, KeeperRecord, ClusterData> change, CancellationToken cancellationToken)
    {
        var uid = new KeeperUid(context.Command.Arguments[0]);
        await ClusterDataAccess.ChangeAsync(
            context.Store,
            data => data.Keepers.TryGetValue(uid, out var keeper)
                ? change(data, keeper)
                : throw new FatalException("keeper doesn't exist"),
            cancellationToken);
        return ExitCode.Success;
    }
}
