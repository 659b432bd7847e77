using System.Collections.Concurrent;
using System.Text;

namespace Stolon.Testing.Kubernetes;

/// <summary>The users of the test double and their permissions: by token, by name and password, or by the name in a
/// client certificate.</summary>
public sealed class KubeUsers
{
    private readonly ConcurrentDictionary<string, Rights> _byAuthorization = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Rights> _byCertificate = new(StringComparer.Ordinal);

    /// <param name="rights">Permissions such as <c>get configmaps</c>; none = all.</param>
    public void AddToken(string token, string user, params IEnumerable<string> rights) =>
        _byAuthorization[$"Bearer {token}"] = new Rights(user, [.. rights]);

    public void RemoveToken(string token) => _byAuthorization.TryRemove($"Bearer {token}", out _);

    public void AddPassword(string name, string password, params IEnumerable<string> rights) =>
        _byAuthorization["Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"{name}:{password}"))] =
            new Rights(name, [.. rights]);

    /// <param name="commonName">The name in a certificate signed by an authority that the server trusts.</param>
    public void AddCertificate(string commonName, params IEnumerable<string> rights) =>
        _byCertificate[commonName] = new Rights(commonName, [.. rights]);

    /// <exception cref="KubeStatusException">401 or 403.</exception>
    internal void Check(string? authorization, string? commonName, string verb, KubePath path)
    {
        var who = (authorization is not null ? _byAuthorization.GetValueOrDefault(authorization) : null)
            ?? (commonName is not null ? _byCertificate.GetValueOrDefault(commonName) : null)
            ?? throw new KubeStatusException(401, "Unauthorized", "Unauthorized");
        if (who.Allowed.Count > 0 && !who.Allowed.Contains($"{verb} {path.Resource}"))
        {
            var name = path.Name is null ? "" : $" \"{path.Name}\"";
            throw new KubeStatusException(
                403,
                "Forbidden",
                $"{path.Resource}{name} is forbidden: User \"{who.User}\" cannot {verb} resource "
                    + $"\"{path.Resource}\" in API group \"\" in the namespace \"{path.Namespace}\"");
        }
    }

    private sealed record Rights(string User, IReadOnlyList<string> Allowed);
}
