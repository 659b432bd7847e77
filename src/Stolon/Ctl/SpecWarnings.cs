using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Wire;

namespace Stolon.Ctl;

/// <summary>Warns about parts of a specification that have no effect.</summary>
internal static class SpecWarnings
{
    /// <summary>A misspelt member is ignored, as by the original, but with a warning.</summary>
    /// <param name="text">A specification, or a patch for one.</param>
    public static async Task LogAsync(CtlContext context, string text, CancellationToken cancellationToken)
    {
        foreach (var member in SpecJson.UnknownMembers(text))
        {
            var warning = $"WARNING: unknown member \"{member}\" in the cluster spec is ignored\n";
            await context.Error.WriteAsync(warning.AsMemory(), cancellationToken);
        }
    }

    /// <summary>Parameters and lines that PostgreSQL does not accept, as far as this is known without a
    /// server.</summary>
    public static async Task LogSettingsAsync(
        CtlContext context, ClusterSpec spec, CancellationToken cancellationToken)
    {
        var settings = ClusterSettings.From(spec);
        var parameters = settings.PgParameters
            .Select(p => (p.Key, Problem: EntryRules.ProblemWith(p.Key, p.Value)))
            .Where(p => p.Problem is not null)
            .Select(p => $"pgParameters, \"{p.Key}\": {p.Problem}");
        var lines = (settings.PgHba ?? [])
            .Select((line, at) => (Name: OperatorEntries.NameOf(at, line), Problem: HbaLine.ProblemWith(line)))
            .Where(l => l.Problem is not null)
            .Select(l => $"{l.Name}: {l.Problem}");
        foreach (var problem in parameters.Concat(lines))
        {
            await context.Error.WriteAsync(
                $"WARNING: {problem}; keepers will leave it out\n".AsMemory(), cancellationToken);
        }
    }
}
