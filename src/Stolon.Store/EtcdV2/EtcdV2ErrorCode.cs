namespace Stolon.Store.EtcdV2;

/// <summary>The codes that etcd's v2 API gives in errors' bodies, as far as they mean something to us.</summary>
internal static class EtcdV2ErrorCode
{
    public const int KeyNotFound = 100;
    public const int CompareFailed = 101;
    public const int NotAFile = 102;
    public const int KeyExists = 105;
    public const int Unauthorised = 110;
    public const int IndexCleared = 401;
}
