using Stolon.Testing;
using Xunit;

namespace Stolon.Wire.Tests;

/// <summary>What keeps a keeper from observing is our addition to its report: written only when there is something to
/// say.</summary>
public sealed class ObstacleTests
{
    [Fact]
    public void In_a_keepers_report_they_are_members_that_are_there_only_when_needed()
    {
        foreach (var path in GoldenDocuments.Reports("keepers"))
        {
            var original = GoldenDocuments.Bytes(path);
            var report = WireFormat.ReadKeeperReport(original);
            if (report.Postgres is not { } seen)
            {
                continue;
            }

            Assert.Equal((null, false, null, null), (seen.Obstacle, seen.Serves, seen.StreamsFrom, seen.WriteProblem));
            var told = report with
            {
                Postgres = seen with
                {
                    Obstacle = "28P01",
                    Serves = true,
                    StreamsFrom = "h:5432",
                    WriteProblem = "hangs",
                },
            };
            Assert.Equal(told, WireFormat.ReadKeeperReport(WireFormat.Write(told)));
            Assert.Equal(original, WireFormat.Write(told with { Postgres = seen }));
        }
    }
}
