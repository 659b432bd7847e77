using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Core.Common;
using Stolon.Hosting.Stores;
using Stolon.Store;

namespace Stolon.Hosting.Tests.Stores;

/// <summary>The variables that Consul's own clients read (docs/spec/store.md 2).</summary>
public sealed class ConsulEnvironmentTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stolon-token-");
    private readonly Dictionary<string, string> _variables = [];

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void Nothing_is_set_by_default()
    {
        var read = Read();

        Assert.Equal((null, null, null), (read.Token, read.Login, read.Namespace));
    }

    [Fact]
    public void Empty_variables_count_as_unset()
    {
        foreach (var name in new[] { "TOKEN", "TOKEN_FILE", "AUTH" })
        {
            _variables[$"CONSUL_HTTP_{name}"] = "";
        }

        Assert.Null(Read().Token);
        Assert.Null(Read().Login);
    }

    [Theory]
    [InlineData("from-file\n", "from-file")]
    [InlineData("  from-file\r\n\n", "from-file")]
    [InlineData("\n", "from-variable")]
    [InlineData("", "from-variable")]
    public void A_token_in_a_file_goes_before_the_variable(string content, string token)
    {
        _variables["CONSUL_HTTP_TOKEN"] = "from-variable";
        _variables["CONSUL_HTTP_TOKEN_FILE"] = Written(content);

        Assert.Equal(new Secret(token), Read().Token);
    }

    [Fact]
    public void A_token_file_that_cannot_be_read_is_named_with_its_variable()
    {
        _variables["CONSUL_HTTP_TOKEN_FILE"] = Inside("none");

        var problem = Assert.Throws<FatalException>(Read).Message;

        Assert.Contains("CONSUL_HTTP_TOKEN_FILE", problem, StringComparison.Ordinal);
        Assert.Contains(Inside("none"), problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("to ken")]
    [InlineData("tok\nen")]
    [InlineData("tök")]
    public void A_token_that_cannot_be_sent_is_refused_without_telling_it(string token)
    {
        _variables["CONSUL_HTTP_TOKEN"] = token;

        var problem = Assert.Throws<FatalException>(Read).Message;

        Assert.Contains("CONSUL_HTTP_TOKEN", problem, StringComparison.Ordinal);
        Assert.DoesNotContain(token, problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("user:pass", "user", "pass")]
    [InlineData("user:pa:ss", "user", "pa:ss")]
    [InlineData("user", "user", "")]
    public void A_login_is_split_at_the_first_colon(string text, string user, string password)
    {
        _variables["CONSUL_HTTP_AUTH"] = text;

        Assert.Equal(new StoreLogin(user, new Secret(password)), Read().Login);
    }

    [Fact]
    public void The_namespace_is_taken_as_it_is()
    {
        _variables["CONSUL_NAMESPACE"] = "team";

        Assert.Equal("team", Read().Namespace);
    }

    private ConsulEnvironment Read() => ConsulEnvironment.Read(
        name => _variables.GetValueOrDefault(name), NullLogger.Instance);

    private string Inside(string name) => Path.Combine(_directory.FullName, name);

    private string Written(string content)
    {
        File.WriteAllText(Inside("token"), content);
        return Inside("token");
    }
}
