namespace Stolon.Store.EtcdV2;

/// <summary>How a wait for an event ended.</summary>
internal abstract record EtcdV2Wait
{
    private EtcdV2Wait()
    {
    }

    /// <summary>The first event from the index asked for.</summary>
    public sealed record Event(EtcdV2Node Node) : EtcdV2Wait;

    /// <summary>Nothing happened up to this index, nor afterwards while it was waited.</summary>
    public sealed record NoEvent(long Index) : EtcdV2Wait;

    /// <summary>etcd remembers its last thousand events, and the index asked for was before them.</summary>
    public sealed record IndexCleared : EtcdV2Wait;
}
