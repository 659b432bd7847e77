using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;

namespace Stolon.Store.Kubernetes.Access;

/// <summary>Runs a program that provides credentials. Its standard output is secret and never logged.</summary>
/// <param name="clusterInfo">Passed to the program if it requires it.</param>
internal sealed class ExecPlugin(KubeExec exec, JsonObject clusterInfo, TimeProvider time)
{
    /// <summary>Some programs query a remote service.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    public async Task<ExecCredential> RunAsync(CancellationToken cancellationToken)
    {
        using var process = Start();
        using var deadline = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync(either.Token);
            var output = await process.StandardOutput.ReadToEndAsync(either.Token);
            var errorText = await errors;
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0 ? Credential(output) : throw Failed(
                $"ended with exit code {process.ExitCode}{LastLine(errorText)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed($"did not end within {Limit.TotalSeconds} s and was killed");
        }
        finally
        {
            Kill(process);
        }
    }

    private Process Start()
    {
        var start = new ProcessStartInfo(exec.Command, exec.Arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in exec.Variables)
        {
            start.Environment[name] = value;
        }

        start.Environment["KUBERNETES_EXEC_INFO"] = Info().ToJsonString();
        try
        {
            return Process.Start(start)!;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException)
        {
            var hint = exec.InstallHint is { } text ? $" ({text.Trim().ReplaceLineEndings(" ")})" : "";
            throw Failed($"cannot be started: {e.Message}{hint}", e);
        }
    }

    private JsonObject Info()
    {
        var spec = new JsonObject { ["interactive"] = false };
        if (exec.ProvideClusterInfo)
        {
            spec["cluster"] = clusterInfo.DeepClone();
        }

        return new JsonObject
        {
            ["kind"] = "ExecCredential",
            ["apiVersion"] = exec.ApiVersion,
            ["spec"] = spec,
        };
    }

    private ExecCredential Credential(string output)
    {
        try
        {
            var answer = JsonSerializer.Deserialize(output, KubeJson.Default.ExecAnswer);
            if (answer is not { Kind: "ExecCredential" } || answer.ApiVersion != exec.ApiVersion)
            {
                throw Failed($"did not print an ExecCredential of {exec.ApiVersion}");
            }

            var status = answer.Status;
            var certificates = status is { ClientCertificateData: { Length: > 0 }, ClientKeyData: { Length: > 0 } };
            if (status is not { Token: { Length: > 0 } } && !certificates)
            {
                throw Failed("printed neither a token nor a certificate with its key");
            }

            return new ExecCredential(
                new KubeCredential(
                    status!.Token is { Length: > 0 } token ? new Secret("Bearer " + token) : null,
                    certificates ? status.ClientCertificateData : null,
                    certificates ? new Secret(status.ClientKeyData!) : null),
                status.ExpirationTimestamp);
        }
        catch (JsonException)
        {
            // Without the exception, which may quote the output.
            throw Failed("did not print valid JSON");
        }
    }

    private StoreUnavailableException Failed(string what, Exception? inner = null) =>
        new($"kubernetes: the credential plugin {exec.Command} {what}", inner);

    /// <summary>Programs report errors on standard error, at least in the last line.</summary>
    private static string LastLine(string errors)
    {
        var last = errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .LastOrDefault();
        return last is null ? "" : ": " + (last.Length > 300 ? last[..300] + "…" : last);
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended already.
        }
    }
}

/// <summary>The output of a credential plugin: an <c>ExecCredential</c>.</summary>
internal sealed record ExecAnswer(string? Kind, string? ApiVersion, ExecAnswerStatus? Status);

internal sealed record ExecAnswerStatus
{
    public string? Token { get; init; }

    public string? ClientCertificateData { get; init; }

    public string? ClientKeyData { get; init; }

    public DateTimeOffset? ExpirationTimestamp { get; init; }

    public override string ToString() => "***";
}
