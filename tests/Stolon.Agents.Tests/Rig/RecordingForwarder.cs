using System.Net;
using Stolon.Agents.Ports.Proxy;

namespace Stolon.Agents.Tests.Rig;

/// <summary>A data path without sockets: what it was told, in the journal.</summary>
/// <param name="name">What the port is called in the journal; null: it is the only one.</param>
internal sealed class RecordingForwarder(List<string> journal, string? name = null) : IForwarder
{
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _drained;

    /// <summary>Such as "10.0.0.2:5432 10.0.0.3:5432(1)", with the rank unless it is 0.</summary>
    public string Everywhere { get; private set; } = "";

    /// <summary>There are some until <see cref="LastClientGoes"/>.</summary>
    public bool HasClients { get; set; }

    public bool Listening { get; private set; }

    public IPEndPoint? Present { get; private set; }

    /// <summary>A timestamp; null: never said.</summary>
    public long? TrustedUntil { get; private set; }

    public void LeaseUntil(long timestamp) => TrustedUntil = timestamp;

    public void Listen()
    {
        if (_drained)
        {
            return;
        }

        if (!Listening)
        {
            Note("port open");
        }

        Listening = true;
    }

    public void StopListening()
    {
        if (Listening)
        {
            Note("port closed");
        }

        Listening = false;
    }

    public void Route(IReadOnlyList<Destination> destinations, CutCause cause)
    {
        var destination = destinations.Count > 0 ? destinations[0].Address : null;
        var everywhere = string.Join(
            ' ', destinations.Select(d => d.Rank == 0 ? $"{d.Address}" : $"{d.Address}({d.Rank})"));
        if (everywhere != Everywhere)
        {
            Note(destination is null ? "route nowhere" : $"route {everywhere}");
        }

        if (everywhere.Length < Everywhere.Length)
        {
            LastCut = cause;
        }

        (Present, Everywhere) = (destination, everywhere);
    }

    /// <summary>Why connections were closed last; null: never.</summary>
    public CutCause? LastCut { get; private set; }

    public void LastClientGoes() => _gone.TrySetResult();

    public async Task DrainAsync(CancellationToken cancellationToken)
    {
        _drained = true;
        StopListening();
        if (HasClients)
        {
            using (cancellationToken.Register(() => _gone.TrySetCanceled(cancellationToken)))
            {
                await _gone.Task;
            }
        }
    }

    private void Note(string what) => journal.Add(name is null ? what : $"{name} {what}");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
