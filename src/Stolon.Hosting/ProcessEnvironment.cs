namespace Stolon.Hosting;

/// <summary>The streams, variables and clock of a program; tests supply their own.</summary>
/// <remarks>Without <see cref="Console"/>: see <see cref="StandardStream"/>.</remarks>
public sealed record ProcessEnvironment
{
    public required Stream Output { get; init; }

    public required Stream Error { get; init; }

    public required bool ErrorIsTerminal { get; init; }

    /// <summary>Returns the value of an environment variable; null: it is not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    public required TimeProvider Time { get; init; }

    public static ProcessEnvironment OfThisProcess() => new()
    {
        Output = new StandardStream(StandardStream.Output),
        Error = new StandardStream(StandardStream.Error),
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Variable = Environment.GetEnvironmentVariable,
        Time = TimeProvider.System,
    };

    internal static void Write(Stream stream, string text)
    {
        stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
        stream.Flush();
    }
}
