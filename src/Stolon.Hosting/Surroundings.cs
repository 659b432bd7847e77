namespace Stolon.Hosting;

/// <summary>What a program finds when it starts; tests supply their own.</summary>
/// <remarks>Raw streams and never <see cref="Console.Out"/>: on a terminal that one writes control sequences of its
/// own and changes the terminal's settings (process-contract.md 1 forbids both).</remarks>
public sealed record Surroundings
{
    public required Stream Output { get; init; }

    public required Stream Error { get; init; }

    public required bool ErrorIsTerminal { get; init; }

    /// <summary>An environment variable's value; null = not set.</summary>
    public required Func<string, string?> Variable { get; init; }

    public required TimeProvider Time { get; init; }

    public static Surroundings OfThisProcess() => new()
    {
        Output = Console.OpenStandardOutput(),
        Error = Console.OpenStandardError(),
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
