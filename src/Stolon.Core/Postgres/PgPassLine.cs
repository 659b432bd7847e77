using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Core.Postgres;

/// <summary>A line of a libpq password file.</summary>
/// <remarks>PostgreSQL manual, "The Password File". A password with a line break is not possible there.</remarks>
public static class PgPassLine
{
    /// <summary><c>host:port:*:user:password</c> for any database, without a line end.</summary>
    public static string Format(ServerAddress server, string user, Secret password) =>
        $"{Escape(server.Host)}:{Escape(server.Port)}:*:{Escape(user)}:{Escape(password.Reveal)}";

    private static string Escape(string field) => field.Replace("\\", "\\\\").Replace(":", "\\:");
}
