namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Tests whose result is a figure: nothing runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}
