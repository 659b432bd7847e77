using System.Text;
using Stolon.Core.Common;

namespace Stolon.Postgres.Files;

/// <summary>A temporary file with a password for one program, mode 0600; deleted when disposed.</summary>
internal sealed class PasswordFile : IDisposable
{
    private PasswordFile(string path) => Path = path;

    public string Path { get; }

    /// <param name="directory">The keeper's data directory: private, and not copied or deleted with
    /// PostgreSQL's.</param>
    /// <param name="name">A fixed name, so that a file that a killed keeper left is replaced.</param>
    public static PasswordFile Create(string directory, string name, Secret line)
    {
        var path = System.IO.Path.Combine(directory, name);
        using var file = AtomicFile.CreateOwnerOnly(path);
        file.Write(Encoding.UTF8.GetBytes(line.Reveal + "\n"));
        return new PasswordFile(path);
    }

    public void Dispose() => File.Delete(Path);
}
