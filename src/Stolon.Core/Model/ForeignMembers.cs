namespace Stolon.Core.Model;

/// <summary>Members of a stored object that this version does not know, kept to be written back as they were read.
/// A copy of the object keeps them; a new object has none.</summary>
/// <remarks>Opaque to everything but the format. All are equal to each other, so that no comparison, and with that no
/// decision, ever depends on what another version has added.</remarks>
/// <param name="Document">In the words of the format; null: there are none.</param>
public readonly record struct ForeignMembers(string? Document)
{
    public bool Equals(ForeignMembers other) => true;

    public override int GetHashCode() => 0;
}
