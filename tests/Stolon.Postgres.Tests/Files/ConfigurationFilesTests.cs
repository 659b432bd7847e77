using System.Text;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;
using Stolon.Testing;

namespace Stolon.Postgres.Tests.Files;

public sealed class ConfigurationFilesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new("configuration");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_operator_s_lines_of_pg_ident_conf_stay_byte_for_byte()
    {
        // "Jörg" in Latin-1, with the line ends of another system, and no line end at the end.
        byte[] own = [.. "mine J"u8, 0xF6, .. "rg a\r\n\r\nmine b c"u8];
        var file = _directory.File("pg_ident.conf");
        await File.WriteAllBytesAsync(file, [.. "stolon old su\n"u8, .. own], CancellationToken.None);
        byte[] wanted = [.. own, .. Encoding.UTF8.GetBytes("\nstolon \"jürgen\" su\n")];

        Write("stolon \"jürgen\" su");
        Assert.Equal(wanted, await File.ReadAllBytesAsync(file, CancellationToken.None));

        Write("stolon \"jürgen\" su");
        Assert.Equal(wanted, await File.ReadAllBytesAsync(file, CancellationToken.None));
    }

    private void Write(string line) => new ConfigurationFiles(new DataDirectory(_directory.Path)).Write(
        new PostgresVersion(15, 0),
        new ServerConfiguration { Parameters = ValueMap<string, string>.Empty, Hba = [], UserMap = [line] },
        temporary: false);
}
