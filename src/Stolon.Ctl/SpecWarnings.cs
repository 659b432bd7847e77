using Stolon.Wire;

namespace Stolon.Ctl;

/// <summary>What in a specification's text has no effect.</summary>
internal static class SpecWarnings
{
    /// <summary>A misspelt member is ignored, as by the original, but not in silence.</summary>
    /// <param name="text">A specification, or a patch for one.</param>
    public static async Task TellAsync(CtlContext context, string text, CancellationToken cancellationToken)
    {
        foreach (var member in SpecJson.UnknownMembers(text))
        {
            var warning = $"WARNING: unknown member \"{member}\" in the cluster spec is ignored\n";
            await context.Error.WriteAsync(warning.AsMemory(), cancellationToken);
        }
    }
}
