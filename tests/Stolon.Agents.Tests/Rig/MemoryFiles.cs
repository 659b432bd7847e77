using Stolon.Agents.Ports.Keeper;
using Stolon.Core.Keeper;

namespace Stolon.Agents.Tests.Rig;

/// <summary>The keeper's two files, in memory.</summary>
internal sealed class MemoryFiles : ILocalStateFiles
{
    public KeeperState Keeper { get; set; } = new(Clusters.K1, null);

    public InstanceState Instance { get; set; } = InstanceState.Empty;

    /// <summary>Called when the keeper asks whose it is.</summary>
    public Action BeforeReadingKeeper { get; set; } = () => { };

    public KeeperState ReadKeeper()
    {
        BeforeReadingKeeper();
        return Keeper;
    }

    public InstanceState ReadInstance() => Instance;

    public void Write(KeeperState state) => Keeper = state;

    public void Write(InstanceState state) => Instance = state;
}
