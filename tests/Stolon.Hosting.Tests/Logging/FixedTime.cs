namespace Stolon.Hosting.Tests.Logging;

/// <summary>A clock that stands still, in a zone of choice.</summary>
internal sealed class FixedTime(TimeSpan offset) : TimeProvider
{
    public override TimeZoneInfo LocalTimeZone { get; } =
        TimeZoneInfo.CreateCustomTimeZone("test", offset, "test", "test");

    public override DateTimeOffset GetUtcNow() => new(2023, 8, 15, 10, 26, 49, 899, TimeSpan.Zero);
}
