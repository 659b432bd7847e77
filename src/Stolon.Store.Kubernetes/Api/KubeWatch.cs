using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.Kubernetes.Api;

/// <summary>A watch of some objects that tells when one aspect of them changes (Kubernetes API concepts, "Efficient
/// detection of changes"): a list says how things stand and at which version; the watch goes on from there, is begun
/// again where it ended, and from a new list when the server has forgotten that far back.</summary>
/// <param name="list">Which objects.</param>
/// <param name="selector">What of an object is looked at; null = nothing there.</param>
internal sealed class KubeWatch(
    KubeClient client, KubeRequest list, Func<KubeObject, string?> selector, TimeProvider time, ILogger logger)
{
    /// <summary>How long the server keeps one watch. Short: a connection that has died silently is noticed only
    /// then.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    /// <summary>A watch that ends at once again and again must not keep us busy.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, string> _seen = new(StringComparer.Ordinal);
    private string? _version;

    /// <summary>Who may not watch is not told otherwise a second later.</summary>
    private static readonly TimeSpan ForbiddenRetryPause = TimeSpan.FromSeconds(60);

    /// <summary>Runs until it breaks.</summary>
    /// <exception cref="StoreUnavailableException">It broke.</exception>
    public async Task RunAsync(Action changed, CancellationToken cancellationToken)
    {
        try
        {
            await WatchAsync(changed, cancellationToken);
        }
        catch (StoreUnavailableException e) when (e.InnerException is KubeForbiddenException)
        {
            client.LogOnce(e, KubernetesLog.WatchForbidden);
            await Task.Delay(ForbiddenRetryPause, time, cancellationToken);
            throw;
        }
    }

    private async Task WatchAsync(Action changed, CancellationToken cancellationToken)
    {
        while (true)
        {
            var fresh = _version is null;
            if (fresh)
            {
                await ListAsync(cancellationToken);
            }
            var startedAt = time.GetTimestamp();
            using var stream = await client.WatchAsync(
                list with { Verb = KubeVerb.Watch, Since = _version, Duration = Duration }, cancellationToken);
            if (stream is null)
            {
                StartOver();
            }
            else
            {
                if (fresh)
                {
                    changed();
                }
                await FollowAsync(stream, changed, cancellationToken);
            }
            if (time.GetElapsedTime(startedAt) < RetryPause)
            {
                await Task.Delay(RetryPause, time, cancellationToken);
            }
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var answer = await client.ObjectAsync(list, cancellationToken);
        _seen.Clear();
        foreach (var item in answer.Items())
        {
            if (selector(item) is { } value)
            {
                _seen[item.Name ?? ""] = value;
            }
        }
        _version = answer.ResourceVersion;
    }

    private void StartOver()
    {
        KubernetesLog.WatchExpired(logger, list.Resource);
        _version = null;
    }

    /// <summary>Until the server ends the watch in order, or says that it has forgotten.</summary>
    private async Task FollowAsync(StoreHttpStream stream, Action changed, CancellationToken cancellationToken)
    {
        // A server that is still there has ended the watch by then.
        using var deadline = new CancellationTokenSource(Duration + client.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            while (await stream.NextLineAsync(either.Token) is { } line)
            {
                if (!Apply(stream, line, changed))
                {
                    StartOver();
                    return;
                }
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException(
                $"kubernetes {StoreFailure.Name(stream.Server)}: the watch of {list.Resource} is silent",
                e);
        }
    }

    /// <summary>False: the server no longer knows what happened since the last version.</summary>
    private bool Apply(StoreHttpStream stream, string line, Action changed)
    {
        try
        {
            var watched = JsonNode.Parse(line) as JsonObject ?? throw new JsonException("a watch's line is no object");
            var subject = KubeObject.FromJson(watched["object"] as JsonObject ?? throw new JsonException("without an object"));
            switch ((string?)watched["type"])
            {
                case "ERROR":
                    return watched["object"]!["code"]?.ToString() == "410"
                        ? false
                        : throw new StoreUnavailableException(
                            $"kubernetes {StoreFailure.Name(stream.Server)}: the watch of "
                            + $"{list.Resource} ended: {watched["object"]!["message"]}");
                case "BOOKMARK":
                    break;
                case var type:
                    Update(subject.Name ?? "", type == "DELETED" ? null : selector(subject), changed);
                    break;
            }
            _version = subject.ResourceVersion ?? _version;
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new StoreUnavailableException(
                $"kubernetes {StoreFailure.Name(stream.Server)}: the watch broke: {e.Message}", e);
        }
    }

    private void Update(string name, string? value, Action changed)
    {
        if (_seen.GetValueOrDefault(name) == value)
        {
            return;
        }
        if (value is null)
        {
            _seen.Remove(name);
        }
        else
        {
            _seen[name] = value;
        }
        changed();
    }
}
