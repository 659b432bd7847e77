using System.Runtime.CompilerServices;

namespace Stolon.Testing;

/// <summary>The documents and outputs of the original programs, moment by moment (tests/Golden/etcdv3), read from the
/// source tree.</summary>
public static class GoldenDocuments
{
    /// <summary>The moments in chronological order.</summary>
    public static IReadOnlyList<string> Moments { get; } =
        [.. Directory.EnumerateDirectories(Root()).Select(path => Path.GetFileName(path))
            .Order(StringComparer.Ordinal)];

    /// <summary>The reports of one kind (<c>keepers</c>, <c>proxies</c>, <c>sentinels</c>) at one moment, as
    /// paths.</summary>
    public static IReadOnlyList<string> Reports(string moment, string kind)
    {
        var directory = Path.Combine(Root(), moment, kind, "info");
        return Directory.Exists(directory)
            ? [.. Directory.EnumerateFiles(directory).Select(Relative).Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>The reports of one kind at all moments, as paths.</summary>
    public static IReadOnlyList<string> Reports(string kind) =>
        [.. Moments.SelectMany(moment => Reports(moment, kind))];

    /// <summary>The leading sentinel's uid at one moment; null if there was no leader.</summary>
    /// <remarks>Leases are granted in ascending order, and the first of these candidates was always present: the lowest
    /// one is leader.</remarks>
    public static string? Leader(string moment)
    {
        var directory = Path.Combine(Root(), moment, "sentinel-leader");
        return Directory.Exists(directory)
            && Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal).FirstOrDefault() is { } first
                ? File.ReadAllText(first)
                : null;
    }

    public static byte[] Bytes(string path) => File.ReadAllBytes(Path.Combine(Root(), path));

    public static string Text(string path) => File.ReadAllText(Path.Combine(Root(), path));

    private static string Relative(string path) => Path.GetRelativePath(Root(), path);

    private static string Root([CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(here))!, "Golden", "etcdv3");
}
