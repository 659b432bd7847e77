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
/// <param name="aspect">What of an object is looked at; null = nothing there.</param>
internal sealed class KubeWatch(
    KubeClient client, KubeRequest list, Func<KubeObject, string?> aspect, TimeProvider time, ILogger logger)
{
    /// <summary>How long the server keeps one watch. Short: a connection that has died silently is noticed only
    /// then.</summary>
    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(60);

    /// <summary>A watch that ends at once again and again must not keep us busy.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, string> _seen = new(StringComparer.Ordinal);
    private string? _version;

    /// <summary>Who may not watch is not told otherwise a second later.</summary>
    private static readonly TimeSpan ForbiddenPause = TimeSpan.FromSeconds(60);

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
            await Task.Delay(ForbiddenPause, time, cancellationToken);
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
            var begun = time.GetTimestamp();
            using var stream = await client.WatchAsync(
                list with { Verb = KubeVerb.Watch, Since = _version, Duration = Duration }, cancellationToken);
            if (stream is null)
            {
                Forget();
            }
            else
            {
                if (fresh)
                {
                    changed();
                }
                await FollowAsync(stream, changed, cancellationToken);
            }
            if (time.GetElapsedTime(begun) < Pause)
            {
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        var answer = await client.ObjectAsync(list, cancellationToken);
        _seen.Clear();
        foreach (var item in answer.Items())
        {
            if (aspect(item) is { } value)
            {
                _seen[item.Name ?? ""] = value;
            }
        }
        _version = answer.ResourceVersion;
    }

    private void Forget()
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
                if (!Take(stream, line, changed))
                {
                    Forget();
                    return;
                }
            }
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new StoreUnavailableException(
                $"kubernetes {stream.Server.GetLeftPart(UriPartial.Authority)}: the watch of {list.Resource} is silent",
                e);
        }
    }

    /// <summary>False: the server no longer knows what happened since the last version.</summary>
    private bool Take(StoreHttpStream stream, string line, Action changed)
    {
        try
        {
            var watched = JsonNode.Parse(line) as JsonObject ?? throw new JsonException("a watch's line is no object");
            var about = KubeObject.Of(watched["object"] as JsonObject ?? throw new JsonException("without an object"));
            switch ((string?)watched["type"])
            {
                case "ERROR":
                    return watched["object"]!["code"]?.ToString() == "410"
                        ? false
                        : throw new StoreUnavailableException(
                            $"kubernetes {stream.Server.GetLeftPart(UriPartial.Authority)}: the watch of "
                            + $"{list.Resource} ended: {watched["object"]!["message"]}");
                case "BOOKMARK":
                    break;
                case var type:
                    Log(about.Name ?? "", type == "DELETED" ? null : aspect(about), changed);
                    break;
            }
            _version = about.ResourceVersion ?? _version;
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new StoreUnavailableException(
                $"kubernetes {stream.Server.GetLeftPart(UriPartial.Authority)}: the watch broke: {e.Message}", e);
        }
    }

    private void Log(string name, string? value, Action changed)
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
