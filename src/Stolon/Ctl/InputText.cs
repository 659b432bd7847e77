using Stolon.Hosting;

namespace Stolon.Ctl;

/// <summary>Text of a file; <c>-</c> is standard input.</summary>
internal static class InputText
{
    /// <exception cref="FatalException">The file cannot be read.</exception>
    public static async Task<string> ReadAsync(CtlContext context, string file, CancellationToken cancellationToken)
    {
        if (file == "-")
        {
            return await context.Input.ReadToEndAsync(cancellationToken);
        }

        try
        {
            return await File.ReadAllTextAsync(file, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FatalException($"cannot read file: {e.Message}", e);
        }
    }
}
