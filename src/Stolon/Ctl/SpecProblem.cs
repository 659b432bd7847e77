using Stolon.Wire;

namespace Stolon.Ctl;

/// <summary>What is wrong with a specification's text, for the end of a line that says which one.</summary>
internal static class SpecProblem
{
    public static string Describe(WireFormatException e) => e switch
    {
        // The original's validation reports this one, without a path.
        { Path: "initMode" } or { Path: "" } => e.Problem,
        _ => $"{e.Path}: {e.Problem}",
    };
}
