namespace Stolon.Testing.Go;

/// <summary>A member of a struct, in the order of the struct.</summary>
/// <param name="OmitEmpty">Left out when false, 0, "", null or without elements; structs never are.</param>
public sealed record GoField(string Name, GoType Type, bool OmitEmpty = false);
