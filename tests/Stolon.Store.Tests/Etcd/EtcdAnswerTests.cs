using Stolon.Agents.Ports.Store;
using Stolon.Store.Tests.Http;

namespace Stolon.Store.Tests.Etcd;

/// <summary>A proxy between us and a member, or a member with a problem, ends a call without a refusal by etcd.
/// Whatever the gRPC client reports, a read goes to the next member, and a write has an unknown outcome.</summary>
public sealed class EtcdAnswerTests(SharedEtcd etcd)
{
    private readonly string _key = $"answers/{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("not found")]
    [InlineData("without status")]
    [InlineData("too large")]
    [InlineData("calming")]
    public async Task A_read_goes_to_the_next_member(string answer)
    {
        await using var server = Server(answer);
        using var store = SharedEtcd.Store([server.Endpoint, etcd.Server.Endpoint]);

        Assert.Null(await store.GetAsync(_key, Token));
    }

    [Theory]
    [InlineData("not found", "HTTP status 404 with content type none, not gRPC")]
    [InlineData("without status", "No grpc-status found on response")]
    [InlineData("too large", "Received message exceeds the maximum")]
    [InlineData("calming", "'ENHANCE_YOUR_CALM'")]
    public async Task A_write_has_an_unknown_outcome(string answer, string reason)
    {
        await using var server = Server(answer);
        using var store = SharedEtcd.Store([server.Endpoint, etcd.Server.Endpoint]);

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.PutAsync(_key, "1"u8.ToArray(), null, Token));

        Assert.Contains($"etcd {server.Endpoint}: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Contains("whether the write happened is unknown", failure.Message, StringComparison.Ordinal);
        using var direct = etcd.Store();
        Assert.Null(await direct.GetAsync(_key, Token));
    }

    [Fact]
    public async Task A_write_goes_to_the_next_member_if_the_first_does_not_connect()
    {
        using var deaf = new FullBacklogListener();
        using var alone = SharedEtcd.Store([deaf.Endpoint], TimeSpan.FromSeconds(1));
        using var both = SharedEtcd.Store([deaf.Endpoint, etcd.Server.Endpoint], TimeSpan.FromSeconds(3));

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => alone.PutAsync(_key, "1"u8.ToArray(), null, Token));
        await both.PutAsync(_key, "2"u8.ToArray(), null, Token);

        Assert.Contains("nothing was written", failure.Message, StringComparison.Ordinal);
        Assert.Equal("2"u8.ToArray(), (await both.GetAsync(_key, Token))!.Value.ToArray());
    }

    private static Http2Answer Server(string answer) => answer switch
    {
        "not found" => Http2Answer.NotFound(),
        "without status" => Http2Answer.WithoutStatus(),
        "too large" => Http2Answer.TooLarge(),
        "calming" => Http2Answer.Calming(),
        _ => throw new ArgumentOutOfRangeException(nameof(answer), answer, "no such answer"),
    };
}
