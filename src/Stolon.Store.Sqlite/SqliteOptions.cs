namespace Stolon.Store.Sqlite;

/// <summary>Which file, and how long a request may take.</summary>
public sealed record SqliteOptions
{
    /// <summary>Absolute path of the file; made by whoever comes first, its directory must be there.</summary>
    public required string File { get; init; }

    /// <summary>For one request, waiting for other processes included.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>What names this run of the machine's kernel; null = what the kernel says. Another one than in the file
    /// ends everything that expires.</summary>
    public string? BootId { get; init; }

    /// <summary>Reads the option <c>--store-endpoints</c>: the path of one file.</summary>
    /// <exception cref="StoreOptionsException">It is something else.</exception>
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
            // Two programs started in two directories would take two files for the same store.
            _ when !endpoints.StartsWith('/') => $"needs an absolute path: \"{endpoints}\"",
            _ when endpoints.EndsWith('/') => $"needs the path of a file, not of a directory: \"{endpoints}\"",
            _ => null,
        };
        return problem is null ? endpoints : throw new StoreOptionsException($"store backend \"sqlite\" {problem}");
    }
}
