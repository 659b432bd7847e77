namespace Stolon.Wire;

/// <summary>Label values of metrics for which the format has other words than we do (docs/spec/metrics.md 1).</summary>
public static class MetricNames
{
    /// <summary>The value of the label <c>role</c> for a primary.</summary>
    public const string PrimaryRole = "master";
}
