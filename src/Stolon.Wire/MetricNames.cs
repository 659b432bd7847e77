namespace Stolon.Wire;

/// <summary>Label values of the metrics that the format spells otherwise than we do (metrics.md 1).</summary>
public static class MetricNames
{
    /// <summary>Value of the label <c>role</c> for a primary.</summary>
    public const string PrimaryRole = "master";
}
