namespace Stolon.Forwarding.Protocol;

/// <summary>Special values in the place of the protocol version in a client's first packet (PostgreSQL manual, "Message
/// Formats").</summary>
internal static class StartupCode
{
    public const int Cancel = 80877102;
    public const int Ssl = 80877103;
    public const int GssEncryption = 80877104;
}
