using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Stolon.Testing.Kubernetes;

/// <summary>Handles one request.</summary>
internal sealed class KubeRequestHandler(KubeStorage storage, KubernetesDoubleOptions options, Func<Task> thawed)
{
    public static async Task WriteAsync(HttpContext context, int status, JsonObject body)
    {
        if (!context.Response.HasStarted)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
        }
    }

    public async Task HandleAsync(KubeApiRequest question, HttpContext context)
    {
        if (question.Verb == "watch")
        {
            await WatchAsync(question, context);
            return;
        }

        var (status, body) = Done(question);
        // The server may have been frozen while it worked.
        await thawed().WaitAsync(context.RequestAborted);
        await WriteAsync(context, status, body);
    }

    private (int Status, JsonObject Body) Done(KubeApiRequest question)
    {
        var path = question.Path;
        if (path.Resource == "namespaces")
        {
            var name = (string?)question.Body?["metadata"]?["name"]
                ?? throw KubeStatusException.BadRequest("without a name");
            storage.AddNamespace(name);
            return (201, question.Body!);
        }

        return question.Verb switch
        {
            "get" => (200, storage.Find(path) ?? throw KubeStatusException.NotFound(path.Resource, path.Name!)),
            "list" => (200, List(question)),
            "create" => (201, Create(path, question.Body!)),
            "update" => (200, storage.Change(path, b => KubeWrites.Update(path, Present(path, b), question.Body!))!),
            "patch" => (200, storage.Change(path, b => KubeWrites.Patch(path, Present(path, b), question.Body!))!),
            "delete" => (200, Delete(path)),
            _ => throw new UnreachableException(),
        };
    }

    private static JsonObject Present(KubePath path, JsonObject? before) =>
        before ?? throw KubeStatusException.NotFound(path.Resource, path.Name!);

    private JsonObject Create(KubePath path, JsonObject given)
    {
        var created = KubeWrites.Create(path, given, () => DateTimeOffset.UtcNow);
        var own = path with { Name = (string)created["metadata"]!["name"]! };
        return storage.Change(
            own,
            before => before is null
                ? created
                : throw KubeStatusException.AlreadyExists(path.Resource, own.Name))!;
    }

    private JsonObject Delete(KubePath path) => storage.Change(
        path,
        before =>
        {
            Present(path, before);
            return null;
        })!;

    private JsonObject List(KubeApiRequest question)
    {
        var (items, version) = storage.List(question.Path, question.Selector);
        return new JsonObject
        {
            ["kind"] = question.Path.Kind + "List",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = Text(version) },
            ["items"] = new JsonArray([.. items]),
        };
    }

    private async Task WatchAsync(KubeApiRequest question, HttpContext context)
    {
        var selector = question.Selector;
        var asked = (string?)question.Query["resourceVersion"];
        var bookmarks = question.Query["allowWatchBookmarks"].FirstOrDefault() is "true" or "1";
        var duration = TimeSpan.FromSeconds(
            int.TryParse(question.Query["timeoutSeconds"], CultureInfo.InvariantCulture, out var given) ? given : 1800);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        end.CancelAfter(options.LongestWatch is { } longest && longest < duration ? longest : duration);
        context.Response.ContentType = "application/json";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        var version = 0L;
        try
        {
            if (asked is null or "" or "0")
            {
                (var items, version) = storage.List(question.Path, selector);
                foreach (var item in items)
                {
                    await PublishAsync(context, "ADDED", item);
                }
            }
            else
            {
                version = long.Parse(asked, CultureInfo.InvariantCulture);
            }

            while (true)
            {
                version = await TellNewsAsync(question, selector, context, version, end.Token);
                if (bookmarks)
                {
                    await BookmarkAsync(question, context, version);
                }
            }
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            // The watch's time has ended. A bookmark lets the next one start where it ended:
            if (bookmarks)
            {
                await BookmarkAsync(question, context, version);
            }
        }
        catch (KubeStatusException refusal)
        {
            await PublishAsync(context, "ERROR", refusal.ToJson());
        }
    }

    /// <summary>Runs until the next bookmark is due; returns the last version.</summary>
    private async Task<long> TellNewsAsync(
        KubeApiRequest question, KubeSelector selector, HttpContext context, long version, CancellationToken end)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < options.BookmarkInterval)
        {
            var (changes, more, upto) = storage.Since(question.Path, version);
            foreach (var change in changes)
            {
                var (was, now) = (selector.Takes(change.Before), selector.Takes(change.After));
                if (was || now)
                {
                    await PublishAsync(context, now ? was ? "MODIFIED" : "ADDED" : "DELETED", change.Last);
                }
            }

            version = upto;
            await Task.WhenAny(more, Task.Delay(options.BookmarkInterval - clock.Elapsed is { Ticks: > 0 } left
                ? left
                : TimeSpan.Zero, end));
            end.ThrowIfCancellationRequested();
        }

        return version;
    }

    private Task BookmarkAsync(KubeApiRequest question, HttpContext context, long version) => PublishAsync(
        context,
        "BOOKMARK",
        new JsonObject
        {
            ["kind"] = question.Path.Kind,
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject { ["resourceVersion"] = Text(version), ["creationTimestamp"] = null },
        });

    private async Task PublishAsync(HttpContext context, string type, JsonObject about)
    {
        await thawed().WaitAsync(context.RequestAborted);
        var line = new JsonObject { ["type"] = type, ["object"] = about.DeepClone() };
        await context.Response.WriteAsync(line.ToJsonString() + "\n", context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
    }

    private static string Text(long version) => version.ToString(CultureInfo.InvariantCulture);
}
