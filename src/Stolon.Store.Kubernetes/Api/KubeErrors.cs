using System.Globalization;
using System.Net;
using System.Text.Json;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Http;

namespace Stolon.Store.Kubernetes.Api;

/// <summary>Interprets refusals: whether a write may have happened, and what an operator can do.</summary>
internal static class KubeErrors
{
    public static StoreUnavailableException Unavailable(
        KubeRequest request, StoreHttpResponse answer, KubeAccessDescription access) => new(
        $"kubernetes {StoreFailure.Name(answer.Server)}: {Text(answer)}"
        + Hint(request, answer, access)
        + StoreFailure.Outcome(request.Writes, answer.Status >= HttpStatusCode.InternalServerError),
        answer.Status == HttpStatusCode.Forbidden ? new KubeForbiddenException() : null);

    /// <summary>A response that should be JSON and is not.</summary>
    public static StoreUnavailableException InvalidAnswer(Uri server, JsonException e) =>
        new($"kubernetes {StoreFailure.Name(server)}: the response is invalid: {e.Message}", e);

    /// <summary>How long the server requires to wait before the request is repeated; null = it does not, or the request
    /// may have been executed.</summary>
    public static TimeSpan? RetryAfter(KubeRequest request, StoreHttpResponse answer)
    {
        // 429 is sent before the request is executed.
        var harmless = answer.Status == HttpStatusCode.TooManyRequests
            || (!request.Writes && answer.Status >= HttpStatusCode.InternalServerError);
        return harmless && int.TryParse(
            answer.Header("Retry-After"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            // A retry at once by all clients would keep a busy server busy.
            ? TimeSpan.FromSeconds(Math.Max(1, seconds))
            : null;
    }

    /// <summary>True if the API server reports that the object does not exist. A page of a server between us and the
    /// API server must not count as that.</summary>
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

    /// <summary>Null: not a Kubernetes Status, for example a page of a proxy.</summary>
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
                $"; POD_NAME must name the pod of this program, and pod {pod} does not exist in namespace "
                + access.Namespace,
            HttpStatusCode.NotFound when IsAbsent(answer) =>
                $"; the namespace {access.Namespace} must exist",
            HttpStatusCode.UnprocessableEntity or HttpStatusCode.RequestEntityTooLarge when request.Writes =>
                "; Kubernetes allows at most 256 KiB of annotations in one object",
            _ => "",
        };
}

/// <summary>The server has authenticated us, and denies the request.</summary>
internal sealed class KubeForbiddenException() : Exception("forbidden");

/// <summary>For messages: the source of our credentials, and our namespace.</summary>
internal sealed record KubeAccessDescription(string Origin, string Namespace);

/// <summary>The API server's description of a refusal (Kubernetes API conventions, "Response Status Kind").</summary>
internal sealed record KubeStatus(string? Message, string? Reason, int? Code);
