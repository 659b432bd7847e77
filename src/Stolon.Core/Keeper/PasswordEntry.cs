using Stolon.Core.Common;

namespace Stolon.Core.Keeper;

/// <summary>A libpq password file of one line.</summary>
/// <param name="Path">Absolute path, named by <c>passfile</c> in primary_conninfo.</param>
/// <param name="Line">See <see cref="Postgres.PgPassLine"/>.</param>
public sealed record PasswordEntry(string Path, Secret Line);
