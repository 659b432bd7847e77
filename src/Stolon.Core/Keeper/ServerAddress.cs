namespace Stolon.Core.Keeper;

/// <summary>The advertised address and port of an instance.</summary>
public sealed record ServerAddress(string Host, string Port)
{
    public override string ToString() => $"{Host}:{Port}";
}
