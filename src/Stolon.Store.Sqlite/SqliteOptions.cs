namespace Stolon.Store.Sqlite;

/// <summary>The file, and the timeout of requests.</summary>
public sealed record SqliteOptions
{
    /// <summary>Absolute path of the file. The first program creates it; its directory must exist.</summary>
    public required string File { get; init; }

    /// <summary>For one request, including waiting for other processes.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>The id of the kernel's boot; null = read from the kernel. If it differs from the one in the file, all
    /// entries that expire are removed.</summary>
    public string? BootId { get; init; }

    /// <summary>Reads the option <c>--store-endpoints</c>: the path of one file.</summary>
    /// <exception cref="StoreOptionsException">It is not the path of a file.</exception>
    public static string ParseFile(string endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        var problem = endpoints switch
        {
            "" => "needs the path of its file: --store-endpoints /path/store.db",
            _ when endpoints.Contains("://", StringComparison.Ordinal) =>
                $"needs the path of a file, not the address of a server: \"{endpoints}\"",
            _ when endpoints.Contains(',', StringComparison.Ordinal) =>
                $"needs the path of one file (without a comma): \"{endpoints}\"",
            // Two programs in different directories would use two files for the same store.
            _ when !endpoints.StartsWith('/') => $"needs an absolute path: \"{endpoints}\"",
            _ when endpoints.EndsWith('/') => $"needs the path of a file, not of a directory: \"{endpoints}\"",
            _ => null,
        };
        return problem is null ? endpoints : throw new StoreOptionsException($"store backend \"sqlite\" {problem}");
    }
}
