using System.Net;
using Stolon.Ports.Proxy;

namespace Stolon.Agents.Tests.Rig;

/// <summary>A data path without sockets: what it was told, in the journal.</summary>
internal sealed class RecordingForwarder(List<string> journal) : IForwarder
{
    public bool Listening { get; private set; }

    public IPEndPoint? Present { get; private set; }

    /// <summary>A timestamp; null: never said.</summary>
    public long? TrustedUntil { get; private set; }

    public void TrustUntil(long timestamp) => TrustedUntil = timestamp;

    public void Listen()
    {
        if (!Listening)
        {
            journal.Add("port open");
        }

        Listening = true;
    }

    public void StopListening()
    {
        if (Listening)
        {
            journal.Add("port closed");
        }

        Listening = false;
    }

    public void Route(IReadOnlyList<Destination> destinations, CutCause cause)
    {
        var destination = destinations.Count > 0 ? destinations[0].Address : null;
        if (!Equals(destination, Present))
        {
            journal.Add(destination is null ? "route nowhere" : $"route {destination}");
        }

        Present = destination;
    }

    public Task DrainAsync(CancellationToken cancellationToken)
    {
        StopListening();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
