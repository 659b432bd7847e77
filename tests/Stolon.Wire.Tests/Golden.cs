using System.Runtime.CompilerServices;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>The documents the original wrote (Golden/etcdv3), read from the source tree.</summary>
internal static class Golden
{
    public static IEnumerable<string> Files(string pattern) =>
        Directory.EnumerateFiles(Root(), pattern, SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Root(), path))
            .Order(StringComparer.Ordinal);

    /// <summary>The reports of one kind: <c>keepers</c>, <c>proxies</c> or <c>sentinels</c>.</summary>
    public static TheoryData<string> Reports(string kind) =>
        [.. Files("*.json").Where(path => path.Contains($"/{kind}/info/", StringComparison.Ordinal))];

    public static TheoryData<string> Named(string name) => [.. Files(name)];

    public static byte[] Read(string path) => File.ReadAllBytes(Path.Combine(Root(), path));

    private static string Root([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(here)!, "Golden", "etcdv3");
}
