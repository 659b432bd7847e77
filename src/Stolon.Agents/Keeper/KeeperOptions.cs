using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Options of a keeper.</summary>
public sealed record KeeperOptions
{
    public required KeeperUid Uid { get; init; }

    public required KeeperIdentity Identity { get; init; }
}
