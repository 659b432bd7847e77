using Microsoft.Extensions.Logging;
using Stolon.Postgres.Processes;

namespace Stolon.Postgres.Tools;

/// <summary>Kills tools that a killed keeper left running: a base backup would continue to write into the directory
/// that we empty.</summary>
internal sealed class LeftoverTools(string dataDirectory, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Kills processes with our mark; call it only while no tool of our own runs.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        for (var left = Find(); left.Count > 0; left = Find())
        {
            foreach (var id in left)
            {
                PostgresLog.EndingLeftover(logger, id);
                _ = ProcessCalls.Kill(id, ProcessCalls.SignalKill);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    private Stolon.Core.Common.ValueList<int> Find() => ProcFiles.StartedWith(ToolEnvironment.Marker, dataDirectory);
}
