using Microsoft.Extensions.Logging;
using Stolon.Hosting.Options;
using Stolon.Hosting.Tests.CommandLine;

namespace Stolon.Hosting.Tests.Options;

public sealed class CommonOptionsTests
{
    private const string Name = "--cluster-name=c";

    [Theory]
    [InlineData("cluster name required")]
    [InlineData("cluster name required", "--store-backend=bogus")]
    [InlineData("store backend type required", Name)]
    [InlineData("unspecified kubernetes resource kind", Name, "--store-backend=kubernetes")]
    [InlineData("wrong kubernetes resource kind: \"pod\"",
        Name, "--store-backend=kubernetes", "--kube-resource-kind=pod")]
    [InlineData("Unknown store backend: \"zookeeper\"", Name, "--store-backend=zookeeper")]
    [InlineData(null, Name, "--store-backend=kubernetes", "--kube-resource-kind=configmap")]
    [InlineData(null, Name, "--store-backend=etcd")]
    [InlineData(null, Name, "--store-backend=etcdv2")]
    [InlineData(null, Name, "--store-backend=etcdv3", "--kube-resource-kind=pod")]
    [InlineData(null, Name, "--store-backend=consul")]
    [InlineData("a password of the store needs --store-user", Name, "--store-backend=etcdv3", "--store-password=p")]
    [InlineData("a password of the store needs --store-user",
        Name, "--store-backend=etcdv3", "--store-passwordfile=p")]
    [InlineData("--store-user needs one of --store-password and --store-passwordfile",
        Name, "--store-backend=etcdv3", "--store-user=u")]
    [InlineData("only one of --store-password and --store-passwordfile may be given",
        Name, "--store-backend=etcdv3", "--store-user=u", "--store-password=p", "--store-passwordfile=f")]
    [InlineData(null, Name, "--store-backend=etcdv3", "--store-user=u", "--store-passwordfile=f")]
    public void The_first_problem_is_reported(string? expected, params string[] words) =>
        Assert.Equal(expected, CommonOptions.Read(Programs.Run(Programs.Keeper, words)).Problem);

    [Fact]
    public void A_problem_is_fatal() =>
        Assert.Equal(
            "cluster name required",
            Assert.Throws<FatalException>(() => CommonOptions.ReadValid(Programs.Run(Programs.Keeper))).Message);

    [Fact]
    public void The_alias_of_a_backend_is_resolved_and_what_is_not_given_is_null()
    {
        var options = CommonOptions.ReadValid(Programs.Run(Programs.Keeper, Name, "--store-backend=etcd"));
        Assert.Equal("etcdv2", options.Backend);
        Assert.Null(options.AuthoritiesFile);
        Assert.Null(options.MetricsListenAddress);
        Assert.Null(options.KubernetesContext);
        Assert.Equal(TimeSpan.FromSeconds(5), options.Timeout);
    }

    [Fact]
    public void The_password_of_the_store_is_not_printed()
    {
        var options = CommonOptions.ReadValid(Programs.Run(
            Programs.Keeper, Name, "--store-backend=etcdv3", "--store-user=u", "--store-password=hunter2"));
        Assert.Equal("hunter2", options.Password!.Reveal);
        Assert.DoesNotContain("hunter2", options.ToString());
    }

    [Fact]
    public void The_flags_of_stolonctl_are_read()
    {
        var options = CommonOptions.Read(Programs.Run(Programs.Control, "init", "--kube-context=x", "--store-key=k"));
        Assert.Equal("x", options.KubernetesContext);
        Assert.Equal("k", options.KeyFile);
    }

    [Theory]
    [InlineData(LogLevel.Information)]
    [InlineData(LogLevel.Debug, "--log-level=debug")]
    [InlineData(LogLevel.Warning, "--log-level=warn")]
    [InlineData(LogLevel.Error, "--log-level=error")]
    [InlineData(LogLevel.Debug, "--log-level=error", "--debug")]
    [InlineData(LogLevel.Error, "--log-level=error", "--debug=false")]
    public void The_log_level_is_read(LogLevel expected, params string[] words) =>
        Assert.Equal(expected, LoggingOptions.Read(Programs.Run(Programs.Keeper, words), true).Minimum);

    [Fact]
    public void An_unknown_log_level_is_fatal()
    {
        var command = Programs.Run(Programs.Keeper, "--log-level=INFO");
        var failure = Assert.Throws<FatalException>(() => LoggingOptions.Read(command, errorIsTerminal: false));
        Assert.Equal("invalid log level: INFO", failure.Message);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false, "--log-color=false")]
    [InlineData(false, true, "--log-color")]
    public void Colour_follows_the_terminal_unless_the_option_is_set(
        bool terminal, bool expected, params string[] words) =>
        Assert.Equal(expected, LoggingOptions.Read(Programs.Run(Programs.Keeper, words), terminal).Color);
}
