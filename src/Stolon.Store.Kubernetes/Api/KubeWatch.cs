using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.Kubernetes.Api;

/// <summary>Watches objects, and signals changes of one selected value of them (Kubernetes API concepts, "Efficient
/// detection of changes"). A list returns the state and its version. The watch continues from there; it is restarted
/// where it ended, and from a new list if the server's history no longer contains the version.</summary>
/// <param name="list">The objects.</param>
/// <param name="selector">The watched value of an object; null = none.</param>
internal sealed class KubeWatch(
    KubeClient client, KubeRequest list, Func<KubeObject, string?> selector, TimeProvider time, ILogger logger)
{
    /// <summary>How long the server keeps one watch open. Short, because a silently broken connection is noticed only
    /// at this time.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    /// <summary>The minimum time between two watches, in case each ends at once.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, string> _seen = new(StringComparer.Ordinal);
    private string? _version;

    /// <summary>Delay before a retry when the permission to watch is missing.</summary>
    private static readonly TimeSpan ForbiddenRetryPause = TimeSpan.FromSeconds(60);

    /// <summary>Runs until the watch breaks.</summary>
    /// <exception cref="StoreUnavailableException">The watch broke.</exception>
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

    /// <summary>Runs until the server ends the watch normally, or reports that the version has expired.</summary>
    private async Task FollowAsync(StoreHttpStream stream, Action changed, CancellationToken cancellationToken)
    {
        // A server that is alive has ended the watch by then.
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
                $"kubernetes {StoreFailure.Name(stream.Server)}: no data in the watch of {list.Resource}",
                e);
        }
    }

    /// <summary>False: the server's history no longer contains the last version.</summary>
    private bool Apply(StoreHttpStream stream, string line, Action changed)
    {
        try
        {
            var watched = JsonNode.Parse(line) as JsonObject
                ?? throw new JsonException("a line of the watch is not a JSON object");
            var subject = KubeObject.FromJson(watched["object"] as JsonObject
                ?? throw new JsonException("a line of the watch has no object"));
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
