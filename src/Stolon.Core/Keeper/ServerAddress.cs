namespace Stolon.Core.Keeper;

/// <summary>Where another instance can be reached: its advertised address and port.</summary>
public sealed record ServerAddress(string Host, string Port)
{
    public override string ToString() => $"{Host}:{Port}";
}
