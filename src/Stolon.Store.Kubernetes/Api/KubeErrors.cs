using System.Globalization;
using System.Net;
using System.Text.Json;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.Kubernetes.Api;

/// <summary>What a refusal means: whether a write may have happened, and what an operator can do about it.</summary>
internal static class KubeErrors
{
    public static StoreUnavailableException Unavailable(
        KubeRequest request, StoreHttpResponse answer, KubeAccessDescription access) => new(
        $"kubernetes {StoreFailure.Name(answer.Server)}: {Text(answer)}"
        + Hint(request, answer, access)
        + StoreFailure.Outcome(request.Writes, answer.Status >= HttpStatusCode.InternalServerError),
        answer.Status == HttpStatusCode.Forbidden ? new KubeForbiddenException() : null);

    /// <summary>An answer that should be JSON and is not.</summary>
    public static StoreUnavailableException InvalidAnswer(Uri server, JsonException e) =>
        new($"kubernetes {StoreFailure.Name(server)}: the answer makes no sense: {e.Message}", e);

    /// <summary>How long the server asks to wait before the same request is sent again; null = it does not, or the
    /// request may have happened.</summary>
    public static TimeSpan? RetryAfter(KubeRequest request, StoreHttpResponse answer)
    {
        // 429 is said before anything is done.
        var harmless = answer.Status == HttpStatusCode.TooManyRequests
            || (!request.Writes && answer.Status >= HttpStatusCode.InternalServerError);
        return harmless && int.TryParse(
            answer.Header("Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            // "At once", said to all, would keep a busy server busy.
            ? TimeSpan.FromSeconds(Math.Max(1, seconds))
            : null;
    }

    /// <summary>True when the API server says that there is no such object. A page of what is between us and the API
    /// server must not pass for that.</summary>
    public static bool IsAbsent(StoreHttpResponse answer) =>
        answer.Status == HttpStatusCode.NotFound && Status(answer)?.Reason == "NotFound";

    private static string Text(StoreHttpResponse answer)
    {
        var message = MessageOf(answer);
        return message.Length > 0 ? $"{message} ({(int)answer.Status})" : $"{(int)answer.Status} {answer.Status}";
    }

    private static string MessageOf(StoreHttpResponse answer)
    {
        if (Status(answer) is { } status)
        {
            return status.Message ?? "";
        }
        var text = answer.Text;
        return text.Length > 200 ? text[..200] + "…" : text;
    }

    /// <summary>Null: somebody else's words, of a proxy before the API server perhaps.</summary>
    private static KubeStatus? Status(StoreHttpResponse answer)
    {
        try
        {
            return JsonSerializer.Deserialize(answer.Body, KubeJson.Default.KubeStatus);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Hint(
        KubeRequest request, StoreHttpResponse answer, KubeAccessDescription access) => answer.Status switch
        {
            HttpStatusCode.Unauthorized => $"; the credentials of {access.Origin} are not accepted",
            HttpStatusCode.Forbidden =>
                $"; needed: verb {request.Verb.ToString().ToLowerInvariant()} on {request.Resource} in namespace "
                + $"{access.Namespace}, for {access.Origin}",
            HttpStatusCode.NotFound when request is { Resource: "pods", Name: { } pod } =>
                $"; POD_NAME must name the pod that this program runs in, and there is no {pod} in namespace "
                + access.Namespace,
            HttpStatusCode.NotFound when IsAbsent(answer) =>
                $"; the namespace {access.Namespace} must be there",
            HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge when request.Writes =>
                "; Kubernetes takes at most 256 KiB of annotations at one object",
            _ => "",
        };
}

/// <summary>The server knows who asks, and does not let him.</summary>
internal sealed class KubeForbiddenException() : Exception("forbidden");

/// <summary>For messages: as whom, and where, we ask.</summary>
internal sealed record KubeAccessDescription(string Origin, string Namespace);

/// <summary>What the API server says when it refuses (Kubernetes API conventions, "Response Status Kind").</summary>
internal sealed record KubeStatus(string? Message, string? Reason, int? Code);
