using System.Diagnostics;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Runs stolonctl against one cluster.</summary>
public sealed class Stolonctl(
    IReadOnlyList<string> storeOptions, IReadOnlyDictionary<string, string>? environment = null)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>What it printed.</summary>
    /// <exception cref="InvalidOperationException">It failed; the text is its message.</exception>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await TryAsync(arguments);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException($"stolonctl {arguments[0]} ended with {exitCode}: {errors}");
    }

    public async Task<(int ExitCode, string Output, string Errors)> TryAsync(params string[] arguments)
    {
        string[] command = [.. OrdinaryUser.Command([Programs.Ctl, .. arguments, .. storeOptions])];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        };
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[variable] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill();
            throw new TimeoutException($"stolonctl {arguments[0]} did not end in {Patience.TotalSeconds} s", e);
        }

        return (process.ExitCode, await output, await errors);
    }

    /// <summary>The status; an unreadable one says of everything that there is none.</summary>
    public async Task<ClusterStatus> StatusAsync()
    {
        var (exitCode, output, errors) = await TryAsync("status", "-f", "json");
        return exitCode == 0 && output.Length > 0
            ? ClusterStatus.Parse(output)
            : ClusterStatus.Parse("{}") with { Text = errors };
    }

    /// <summary>Merges a patch into the cluster's specification.</summary>
    public Task PatchAsync(string patch) => RunAsync("update", "--patch", patch);
}
