using Stolon.Store.Etcd.Protos;

namespace Stolon.Store.Etcd;

/// <summary>Conditions of a transaction.</summary>
internal static class EtcdCompare
{
    /// <summary>The key was created at this revision; 0 = the key does not exist.</summary>
    public static Compare CreatedAt(string key, long revision) => new()
    {
        Key = EtcdKeys.Key(key),
        Target = Compare.Types.CompareTarget.Create,
        Result = Compare.Types.CompareResult.Equal,
        CreateRevision = revision,
    };

    /// <summary>The key was last written at this revision.</summary>
    public static Compare ModifiedAt(string key, long revision) => new()
    {
        Key = EtcdKeys.Key(key),
        Target = Compare.Types.CompareTarget.Mod,
        Result = Compare.Types.CompareResult.Equal,
        ModRevision = revision,
    };
}
