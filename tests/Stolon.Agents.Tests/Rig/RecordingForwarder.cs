using System.Net;
using Stolon.Ports.Proxy;

namespace Stolon.Agents.Tests.Rig;

/// <summary>A data path without sockets: what it was told, in the journal.</summary>
internal sealed class RecordingForwarder(List<string> journal) : IForwarder
{
    public bool Listening { get; private set; }

    public IPEndPoint? Destination { get; private set; }

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

    public void Route(IPEndPoint? destination)
    {
        if (!Equals(destination, Destination))
        {
            journal.Add(destination is null ? "route nowhere" : $"route {destination}");
        }

        Destination = destination;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
