using Stolon.Wire;

namespace Stolon.Ctl;

/// <summary>Describes what is wrong with the text of a specification, for the end of an error message.</summary>
internal static class SpecProblem
{
    public static string Describe(WireFormatException e) => e switch
    {
        // The original's validation reports this one, without a path.
        { Path: "initMode" } or { Path: "" } => e.Problem,
        _ => $"{e.Path}: {e.Problem}",
    };
}
