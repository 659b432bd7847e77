using System.Diagnostics;
using Stolon.Forwarding.Protocol;
using Stolon.Forwarding.Routing;

namespace Stolon.Forwarding.Engine;

/// <summary>One client, from accept to close, and its connection to a destination. It belongs to one loop.</summary>
/// <remarks>
/// Which fields are set in which state; debug builds check it at each change of state:
/// <code>
///            Server, Destination   Deadline                Rejection   CountsAsClient
/// Waiting    none                  next retry              none        yes
/// Connecting set                   dial timeout            none        yes
/// Joined     set, final            only with CoalescedFlow none        yes
/// Rejecting  none                  time limit              set         no
/// Closed     none                  none                    any         no
/// </code>
/// A new pair is Waiting without a deadline until it is dialled or refused. Server and Destination are set and cleared
/// together. <see cref="Tried"/> is empty in Waiting and Joined. <see cref="CoalescedFlow"/> is set only by a joined
/// pair. A joined pair never changes its destination: it is closed instead.
/// </remarks>
internal sealed class Pair(int slot, int client)
{
    public const int NoSocket = -1;

    public int Slot { get; } = slot;

    public int Client { get; } = client;

    public PairState State { get; private set; }

    /// <summary>Client to server.</summary>
    public Flow Up { get; } = new() { From = client };

    /// <summary>Server to client.</summary>
    public Flow Down { get; } = new() { To = client };

    /// <summary>The socket to the destination, or <see cref="NoSocket"/>.</summary>
    public int Server { get; private set; } = NoSocket;

    /// <summary>The loop's turn in which <see cref="Server"/> was dialled. Events of that turn belong to a previous
    /// socket.</summary>
    public long DialTurn { get; set; }

    /// <summary>The destination that the pair is joined with or connecting to. Null: none.</summary>
    public DestinationState? Destination { get; private set; }

    /// <summary>Destinations that this client could not be connected to since the last retry.</summary>
    public List<DestinationState>? Tried { get; set; }

    /// <summary>Until when the client may wait, a timestamp.</summary>
    public long GiveUpAt { get; set; }

    /// <summary>The exchange with a client that is being refused.</summary>
    public StartupRejection? Rejection { get; set; }

    /// <summary>The pair's entry in a queue of deadlines. Null: none.</summary>
    public Deadline? Deadline { get; set; }

    /// <summary>The pair is counted in <see cref="LoopContext.Clients"/>.</summary>
    public bool CountsAsClient { get; set; }

    /// <summary>The flow whose reads <see cref="ReadCoalescer"/> delays. Null: none.</summary>
    public Flow? CoalescedFlow { get; set; }

    /// <summary>The pair is in <see cref="LoopState.Busy"/>.</summary>
    public bool Queued { get; set; }

    /// <summary>Changes the state. Set the fields of the new state first.</summary>
    public void MoveTo(PairState state)
    {
        State = state;
        Debug.Assert(IsConsistent(), $"a pair in state {state} has other fields set than this state allows");
    }

    public void Connect(int server, DestinationState destination)
    {
        (Server, Destination) = (server, destination);
        (Up.To, Down.From) = (server, server);
    }

    public void Disconnect()
    {
        Connect(NoSocket, null!);
        (Up.CanSend, Down.CanReceive, Down.SenderFinished) = (false, false, false);
    }

    private bool IsConsistent()
    {
        var connected = Destination is not null;
        return connected == (Server != NoSocket) && State switch
        {
            PairState.Waiting => !connected && CountsAsClient && Deadline is not null && Rejection is null
                && Tried is null && CoalescedFlow is null,
            PairState.Connecting => connected && CountsAsClient && Deadline is not null && Rejection is null
                && CoalescedFlow is null,
            PairState.Joined => connected && CountsAsClient && Deadline is null && Rejection is null
                && Tried is null && CoalescedFlow is null,
            PairState.Rejecting => !connected && !CountsAsClient && Deadline is not null && Rejection is not null
                && CoalescedFlow is null,
            PairState.Closed => !connected && !CountsAsClient && Deadline is null,
            _ => false,
        };
    }
}
