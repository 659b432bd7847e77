using Stolon.Forwarding.Protocol;
using Stolon.Forwarding.Routing;

namespace Stolon.Forwarding.Engine;

/// <summary>One client, from its acceptance to its end, and the connection to its destination. It belongs to one loop.
/// Once joined it never changes its destination.</summary>
internal sealed class Pair(int slot, int client)
{
    public const int NoSocket = -1;

    public int Slot { get; } = slot;

    public int Client { get; } = client;

    public PairState State { get; set; }

    /// <summary>Client to server.</summary>
    public Flow Up { get; } = new() { From = client };

    /// <summary>Server to client.</summary>
    public Flow Down { get; } = new() { To = client };

    /// <summary><see cref="NoSocket"/>: there is none yet.</summary>
    public int Server { get; private set; } = NoSocket;

    /// <summary>The loop's turn in which its present server was dialled: what is told in the same turn is told of a
    /// former one.</summary>
    public long DialledIn { get; set; }

    /// <summary>Whom it is joined with or being joined with. Null: nobody.</summary>
    public DestinationState? Destination { get; private set; }

    /// <summary>Destinations that did not answer this client, since the last pause.</summary>
    public List<DestinationState>? Tried { get; set; }

    /// <summary>Until when it may wait, a timestamp.</summary>
    public long GiveUpAt { get; set; }

    /// <summary>The talk with a client that is being refused.</summary>
    public StartupRejection? Talk { get; set; }

    /// <summary>Its place in the queue of deadlines, while it has one.</summary>
    public Deadline? Deadline { get; set; }

    /// <summary>It is among <see cref="LoopContext.Clients"/>.</summary>
    public bool Counted { get; set; }

    /// <summary>The flow whose sender is left alone for a moment. Null: none is.</summary>
    public Flow? ReadCoalescer { get; set; }

    /// <summary>It waits for its next turn already.</summary>
    public bool Queued { get; set; }

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
}
