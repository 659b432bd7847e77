using System.Globalization;

namespace Stolon.Core.Common;

/// <summary>Formats numbers of bytes for people.</summary>
public static class ByteSize
{
    /// <summary>"3.2 GiB", "17 MiB".</summary>
    public static string Text(long bytes) => bytes >= 1L << 30
        ? string.Create(CultureInfo.InvariantCulture, $"{bytes / (double)(1L << 30):F1} GiB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB");
}
