using System.Text;

namespace Stolon.Hosting;

/// <summary>The content and permissions of a password file (docs/spec/keeper.md 1.1, steps 12 and 13).</summary>
public sealed class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private SecretFile(string path, string secret, UnixFileMode mode, bool isLink)
    {
        Path = path;
        Secret = secret;
        Mode = mode;
        IsLink = isLink;
    }

    public string Path { get; }

    /// <summary>The content without line ends at its end. Never logged.</summary>
    public string Secret { get; }

    /// <summary>True when line ends were removed from the end.</summary>
    public bool Trimmed { get; private init; }

    /// <summary>The permission bits; for a symbolic link, those of the link.</summary>
    public UnixFileMode Mode { get; }

    public bool IsLink { get; }

    /// <summary>True when the mode, taken as a number, is greater than 0600; a symbolic link always is.</summary>
    public bool TooOpen => IsLink || Mode > OwnerOnly;

    /// <summary>The mode in octal: <c>0644</c>.</summary>
    public string ModeText => "0" + Convert.ToString((int)Mode, 8);

    /// <exception cref="FatalException">It cannot be read; the message names the file and the reason.</exception>
    public static SecretFile Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            // Not File.ReadAllText, which drops a byte order mark and guesses encodings.
            var text = Utf8.GetString(File.ReadAllBytes(path));
            var secret = text.TrimEnd('\r', '\n');
            return new SecretFile(path, secret, file.UnixFileMode, file.LinkTarget is not null)
            {
                Trimmed = secret.Length < text.Length,
            };
        }
        catch (DecoderFallbackException e)
        {
            throw new FatalException($"password file {path} is not UTF-8 text", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new FatalException($"cannot read password file {path}: {e.Message}", e);
        }
    }

    /// <summary>Without the secret.</summary>
    public override string ToString() => $"{Path} ({ModeText})";
}
