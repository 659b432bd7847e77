using Stolon.Testing;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>The sockets of this process, in which the forwarder and both its peers live. Other descriptors come and go
/// with the runtime's threads.</summary>
internal static class Descriptors
{
    public static int Sockets => OfSockets.Count;

    public static IReadOnlyList<int> OfSockets =>
        [.. Directory.GetFiles("/proc/self/fd").Where(IsSocket).Select(f => int.Parse(Path.GetFileName(f)))];

    /// <summary>Waits until no more are open than before.</summary>
    public static Task EventuallyAsync(int before) => Eventually.SeeAsync(
        () => Task.FromResult(Sockets), now => now <= before, Client.Patience, $"{before} sockets again");

    private static bool IsSocket(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, returnFinalTarget: false)!
                .Name.StartsWith("socket:", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            // Closed since the directory was read.
            return false;
        }
    }
}
