using System.Net.Http.Headers;
using System.Text;
using Stolon.Core.Common;

namespace Stolon.Store;

/// <summary>User and password for a store that requires a login.</summary>
public sealed record StoreLogin(string User, Secret Password)
{
    /// <summary>The value of the HTTP header <c>Authorization</c> (RFC 7617).</summary>
    public AuthenticationHeaderValue BasicAuthorization() =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password.Reveal}")));
}
