using Stolon.Testing;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>The file descriptors of this process, in which the forwarder and both its peers live.</summary>
internal static class Descriptors
{
    public static int Count => Directory.GetFiles("/proc/self/fd").Length;

    /// <summary>Waits until no more are open than before.</summary>
    public static Task EventuallyAsync(int before) => Eventually.SeeAsync(
        () => Task.FromResult(Count), now => now <= before, Client.Patience, $"{before} descriptors again");
}
