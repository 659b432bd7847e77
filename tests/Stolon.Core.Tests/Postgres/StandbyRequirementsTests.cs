using Stolon.Core.Common;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Core.Tests.Postgres;

public sealed class StandbyRequirementsTests
{
    [Theory]
    [InlineData("60", 60, "60")]
    [InlineData("50", 60, "60")]
    [InlineData("70", 60, "70")]
    [InlineData("many", 60, "many")]
    [InlineData(null, 100, null)]
    [InlineData(null, 60, null)]
    [InlineData(null, 120, "120")]
    public void A_parameter_is_never_below_what_the_data_require(string? desired, int required, string? result)
    {
        var parameters = ValueMap<string, string>.Empty.With("work_mem", "4MB");
        parameters = desired is null ? parameters : parameters.With("max_connections", desired);
        var raised = StandbyRequirements.Raise(
            parameters, ValueMap<string, int>.Empty.With("max_connections", required));
        Assert.Equal(
            result is null ? parameters : parameters.With("max_connections", result), raised);
    }
}
