using Stolon.Core.Common;
using Stolon.Core.Sentinel;
using Stolon.Hosting;

namespace Stolon.Ctl;

/// <summary>Waits until every keeper has carried out the specification, and reports the parts that were left
/// out.</summary>
internal static class SpecificationWait
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(500);

    /// <param name="limit">Zero: none.</param>
    /// <exception cref="FatalException">A keeper has not carried it out in time, or has left out a part; the message
    /// names all of them.</exception>
    public static async Task RunAsync(CtlContext context, TimeSpan limit, CancellationToken cancellationToken)
    {
        var start = context.Time.GetTimestamp();
        while (true)
        {
            var data = (await ClusterDataAccess.LoadAsync(context.Store, cancellationToken)).Data;
            var reports = await context.Store.ReadKeepersAsync(cancellationToken);
            var missing = SpecificationProgress.Missing(data, reports);
            var refused = SpecificationProgress.Refused(data, reports);
            var late = limit > TimeSpan.Zero && context.Time.GetElapsedTime(start) >= limit;
            if (missing.IsEmpty || late)
            {
                await LogAsync(context, SpecificationProgress.Pending(data, reports), cancellationToken);
                Judge(missing, refused);
                return;
            }

            await Task.Delay(Poll, context.Time, cancellationToken);
        }
    }

    private static void Judge(ValueList<string> missing, ValueList<string> refused)
    {
        if (!missing.IsEmpty || !refused.IsEmpty)
        {
            throw new FatalException(
                "the cluster spec is updated, but not carried out everywhere: "
                + string.Join("; ", missing.Concat(refused)));
        }
    }

    private static async Task LogAsync(
        CtlContext context, ValueList<string> notes, CancellationToken cancellationToken)
    {
        foreach (var note in notes)
        {
            await context.Error.WriteAsync($"WARNING: {note}\n".AsMemory(), cancellationToken);
        }
    }
}
