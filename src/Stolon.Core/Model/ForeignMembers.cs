namespace Stolon.Core.Model;

/// <summary>Members of a stored object that this version does not know, kept and written back as they were read. A copy
/// of the object keeps them; a new object has none.</summary>
/// <remarks>Only the format reads them. All values are equal, so that no comparison, and therefore no decision, depends
/// on what another version has added.</remarks>
/// <param name="Document">As JSON; null: there are none.</param>
public readonly record struct ForeignMembers(string? Document)
{
    public bool Equals(ForeignMembers other) => true;

    public override int GetHashCode() => 0;
}
