using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Etcd;

/// <summary>A stream of answers from one member.</summary>
internal sealed class EtcdStream<TResponse>(
    EtcdClient client, Uri server, string? token, EtcdResponseReader answers, TResponse first) : IDisposable
    where TResponse : class
{
    private TResponse? _first = first;

    /// <summary>The member, as operators write it.</summary>
    public string Server => StoreFailure.Name(server);

    /// <summary>The token this stream was opened with was refused.</summary>
    /// <returns>Whether there was one, so that opening it again makes sense.</returns>
    public bool OnTokenRefused() => client.OnTokenRefused(token);

    /// <summary>The next answer, as late as it may come; a dead connection is noticed by its keep-alive.</summary>
    /// <exception cref="StoreUnavailableException">The stream is over.</exception>
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
