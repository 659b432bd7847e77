namespace Stolon.Core.Keeper;

/// <summary>What a step is done for.</summary>
public enum StepPurpose
{
    /// <summary>It is short, or must not be left half-done.</summary>
    Itself,

    /// <summary>The instance assigned to this keeper.</summary>
    Instance,

    /// <summary>The instance assigned, as a copy of the one it follows.</summary>
    Source,
}
