using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>Reads of a bulk transfer are coalesced. Here each piece is sent after the previous one has arrived, which
/// is the worst case: every pause gathers too little, and a piece without an event would never arrive.</summary>
public abstract class ReadCoalescerTests(EngineKind kind)
{
    private const int Piece = 8192;
    private const int Bulk = 80;

    [Theory]
    [InlineData(Side.Client)]
    [InlineData(Side.Server)]
    public async Task Every_piece_of_a_coalesced_transfer_arrives(Side sender)
    {
        var calls = 0;
        using var server = Destination.Silent();
        await using var forward = Forward.Faulty(kind, server.Address, Count);
        using var joined = await JoinedPair.ThroughAsync(forward, server);

        await SendPiecesAsync(joined, sender, 3 * Bulk);

        // Coalescing starts with such a call and ends with one.
        Assert.InRange(Volatile.Read(ref calls), 4, int.MaxValue);

        SocketError? Count(NetworkCall call)
        {
            calls += call == NetworkCall.SetInterest ? 1 : 0;
            return null;
        }
    }

    [Theory]
    [InlineData(Side.Client)]
    [InlineData(Side.Server)]
    public async Task Data_of_the_other_side_during_a_transfer_is_forwarded(Side sender)
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var joined = await JoinedPair.ThroughAsync(forward, server);
        for (var round = 0; round < 5; round++)
        {
            await SendPiecesAsync(joined, sender, Bulk);
            await joined.Opposite(sender).SendTextAsync("enough");
            Assert.Equal("enough", await joined.Of(sender).ReceiveTextAsync(6));
        }

        await SendPiecesAsync(joined, sender, Bulk);
        joined.Of(sender).Shutdown(SocketShutdown.Send);
        Assert.True(await joined.Opposite(sender).EndsAsync());
        await joined.Opposite(sender).SendTextAsync("all");
        Assert.Equal("all", await joined.Of(sender).ReceiveTextAsync(3));
    }

    [Theory]
    [InlineData(Side.Client)]
    [InlineData(Side.Server)]
    public async Task A_transfer_is_reset_when_its_sender_resets(Side sender)
    {
        using var figures = new Figures();
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var joined = await JoinedPair.ThroughAsync(forward, server);

        await SendPiecesAsync(joined, sender, Bulk);
        joined.Of(sender).Close(0);

        Assert.False(await joined.Opposite(sender).EndsAsync());
        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
    }

    [Theory]
    [InlineData(Side.Client)]
    [InlineData(Side.Server)]
    public async Task A_transfer_continues_if_events_cannot_be_turned_off(Side sender)
    {
        using var server = Destination.Silent();
        await using var forward = Forward.Faulty(
            kind, server.Address, c => c == NetworkCall.SetInterest ? SocketError.NoBufferSpaceAvailable : null);
        using var joined = await JoinedPair.ThroughAsync(forward, server);

        await SendPiecesAsync(joined, sender, 2 * Bulk);
    }

    [Fact]
    public async Task Only_a_transfer_whose_events_cannot_be_turned_on_is_reset()
    {
        var calls = 0;
        using var figures = new Figures();
        using var server = Destination.Silent();
        await using var forward = Forward.Faulty(
            kind,
            server.Address,
            c => c == NetworkCall.SetInterest && ++calls == 2 ? SocketError.NoBufferSpaceAvailable : null);
        using var bystander = await JoinedPair.ThroughAsync(forward, server);
        using var joined = await JoinedPair.ThroughAsync(forward, server);

        await Assert.ThrowsAsync<SocketException>(() => SendPiecesAsync(joined, Side.Server, 2 * Bulk));

        await figures.EventuallyAsync("stolon_proxy_connections_open", 1);
        await SendPiecesAsync(bystander, Side.Server, 2 * Bulk);
    }

    public sealed class OnEpoll() : ReadCoalescerTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : ReadCoalescerTests(EngineKind.Portable);

    private static async Task SendPiecesAsync(JoinedPair joined, Side sender, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var piece = new string((char)('a' + (i % 26)), Piece);
            await joined.Of(sender).SendTextAsync(piece);
            Assert.Equal(piece, await joined.Opposite(sender).ReceiveTextAsync(Piece));
        }
    }
}
