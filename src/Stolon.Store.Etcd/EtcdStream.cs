using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Etcd;

/// <summary>A stream of responses from one member.</summary>
internal sealed class EtcdStream<TResponse>(
    EtcdClient client, Uri server, string? token, EtcdResponseReader answers, TResponse first) : IDisposable
    where TResponse : class
{
    private TResponse? _first = first;

    /// <summary>The member, as operators write it.</summary>
    public string Server => StoreFailure.Name(server);

    /// <summary>The token of this stream was refused.</summary>
    /// <returns>True if we can log in, so that a restart makes sense.</returns>
    public bool OnTokenRefused() => client.OnTokenRefused(token);

    /// <summary>The next response, without a timeout; the keep-alive ping detects a dead connection.</summary>
    /// <exception cref="StoreUnavailableException">The stream has ended.</exception>
    public async Task<TResponse> NextAsync(CancellationToken cancellationToken)
    {
        if (_first is { } answer)
        {
            _first = null;
            return answer;
        }

        try
        {
            return (TResponse)await answers.NextAsync(cancellationToken);
        }
        catch (EtcdCallException e)
        {
            client.OnFailure(server, e);
            throw EtcdErrors.Unavailable(server, e, write: false);
        }
    }

    public void Dispose() => answers.Dispose();
}
