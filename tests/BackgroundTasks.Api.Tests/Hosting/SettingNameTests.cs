using System.Reflection;
using System.Text.RegularExpressions;
using BackgroundTasks.Api.Hosting;
using Microsoft.Extensions.Configuration;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>A setting that there is not stops the start, whatever source it comes from, with the nearest one that there is.</summary>
public partial class SettingNameTests
{
    [Theory]
    [InlineData("BackgroundTasks:Retentoin", "BackgroundTasks:Retention")]
    [InlineData("BackgroundTasks:Queues:mail:Wrokers", "BackgroundTasks:Queues:mail:Workers")]
    [InlineData("BackgroundTasks:Types:wait:RateLimit:Permit", "BackgroundTasks:Types:wait:RateLimit:Permits")]
    [InlineData("BackgroundTasks:ClientLimit:Windows", "BackgroundTasks:ClientLimit:Window")]
    [InlineData("BackgroundTasks:Cors:Origin", "BackgroundTasks:Cors:Origins")]
    [InlineData("BackgroundTasks:Workers", "BackgroundTasks:Queues:<name>:Workers")]
    [InlineData("BackgroundTasks:Retention:Days", "BackgroundTasks:Retention")]
    [InlineData("Smtp:Hots", "Smtp:Host")]
    [InlineData("PushNotifications:AllowPrivateNetwork", "PushNotifications:AllowPrivateNetworks")]
    [InlineData("Images:MaxMegapixel", "Images:MaxMegapixels")]
    [InlineData("Smpt:Host", "Smtp:Host")]
    [InlineData("BackgroundTask:Retention", "BackgroundTasks:Retention")]
    [InlineData("BackgroundTasks:Types:wait:Handler", "BackgroundTasks:Types:wait:")]
    [InlineData("BackgroundTasks:Cors:Origins:x", "BackgroundTasks:Cors:Origins:0")]
    public void An_unknown_name_is_told_with_the_nearest_one(string setting, string nearest)
    {
        var unknown = Assert.Single(new KnownSettings().FindUnknown(Configuration((setting, "1"))));

        Assert.StartsWith($"{setting} is not a setting. The nearest one is {nearest}", unknown, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("BackgroundTasks:Retention", "a day", "a time as [days.]hours:minutes:seconds, such as 1.00:00:00")]
    [InlineData("BackgroundTasks:Retention", "", "a time as [days.]hours:minutes:seconds, such as 1.00:00:00")]
    [InlineData("BackgroundTasks:MaxPayloadBytes", "99999999999", "a whole number up to 2147483647, such as 1048576")]
    [InlineData("BackgroundTasks:MaxMemoryBytes", "1GB", "a whole number up to 9223372036854775807")]
    [InlineData("BackgroundTasks:Queues:mail:Workers", "5.5", "a whole number up to 2147483647, such as 100")]
    [InlineData("BackgroundTasks:Types:wait:Timeout", "1m", "a time as [days.]hours:minutes:seconds")]
    [InlineData("BackgroundTasks:RequestsOnConsole", "yes", "true or false, such as false")]
    public void A_value_that_cannot_be_read_is_told_with_how_to_write_it(string setting, string value, string form) =>
        Assert.Equal($"{setting} is '{value}'; write {form}.", Assert.Single(new KnownSettings().FindUnreadable(Configuration((setting, value)))));

    [Fact]
    public void Values_that_can_be_read_are_left_alone() => Assert.Empty(new KnownSettings().FindUnreadable(Configuration(
        ("BackgroundTasks:Retention", "7"), ("BackgroundTasks:MaxConnections", ""), ("BackgroundTasks:Storage", "x"), ("Smtp:Password", "x"), ("BackgroundTasks:Cors:Origins:0", "x"), ("Logging:X", "x"))));

    [Fact]
    public void Names_in_any_case_free_names_and_those_of_the_platform_are_left_alone() => Assert.Empty(new KnownSettings().FindUnknown(Configuration(
        ("backgroundtasks:queues:a.b-c:WORKERS", "1"), ("BackgroundTasks:Types:anything:MaxAttempts", "1"), ("BackgroundTasks:Cors:Origins:0", "x"), ("Kestrel:Limits:X", "1"),
        ("Logging:LogLevel:Default", "x"), ("Serilog:WriteTo:0:Name", "x"), ("AllowedHosts", "*"), ("PATH", "x"), ("Image", "x"), ("DOTNET_X", "1"))));

    [Theory]
    [InlineData("--Retention is not an option. The nearest one is --BackgroundTasks:Retention", "--Retention", "1")]
    [InlineData("--Retention is not an option. The nearest one is --BackgroundTasks:Retention", "--Retention=1")]
    [InlineData("/Retention is not an option. The nearest one is --BackgroundTasks:Retention", "/Retention", "1")]
    [InlineData("Retention is not an option. The nearest one is --BackgroundTasks:Retention", "Retention=1")]
    [InlineData("--Smpt:Host is not an option. The nearest one is --Smtp:Host", "--urls", "x", "--Smpt:Host", "1")]
    [InlineData("--BackgroundTasks is not an option. The nearest one is --BackgroundTasks:", "--BackgroundTasks", "1")]
    [InlineData("x is not an option.", "x")]
    [InlineData("-x is not an option.", "-x")]
    [InlineData("--urls has no value.", "--urls")]
    public void An_option_that_nobody_reads_is_told(string message, params string[] arguments) =>
        Assert.StartsWith(message, Assert.Single(StartArguments.FindUnknown(arguments, new KnownSettings())), StringComparison.Ordinal);

    [Fact]
    public void Options_of_the_platform_and_of_the_service_are_read() => Assert.Empty(StartArguments.FindUnknown(
        ["--urls", "x", "--environment=Production", "/http_ports", "80", "--Kestrel:Endpoints:a:Url", "x", "--BackgroundTasks:Retention", "x", "Smtp:Host=x"], new KnownSettings()));

    [Theory]
    [InlineData("BackgroundTasks__Retentoin", "BackgroundTasks:Retentoin is not a setting. The nearest one is BackgroundTasks:Retention;")]
    [InlineData("Smtp__Hots", "Smtp:Hots is not a setting. The nearest one is Smtp:Host;")]
    public async Task It_stops_the_start(string variable, string message)
    {
        await using var service = ServiceProcess.Start((variable, "1"));

        var (exitCode, errors) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"The service cannot start: {message}", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public void Every_options_type_of_the_service_is_known()
    {
        var known = new KnownSettings();
        var missing = typeof(Program).Assembly.GetTypes()
            .Select(type => (Type: type, Section: type.GetField("Section", BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() as string))
            .Where(options => options.Section is not null)
            .SelectMany(options => options.Type.GetProperties().Where(property => property.SetMethod is not null).Select(property => $"{options.Section}:{property.Name}"))
            .Where(setting => !known.All().Any(one => one.Path == setting || one.Path.StartsWith($"{setting}:", StringComparison.Ordinal)));

        Assert.Empty(missing);
    }

    [Fact]
    public async Task The_readme_has_every_setting_and_no_other()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(Root(), "README.md"));
        var table = readme[readme.IndexOf("| setting |", StringComparison.Ordinal)..];
        var written = table[..table.IndexOf("\n\n", StringComparison.Ordinal)].Split('\n').Skip(2).SelectMany(Names).Where(name => !name.StartsWith("Serilog", StringComparison.Ordinal)).ToList();

        var known = new KnownSettings().All().Select(setting => setting.Path.Replace(SettingName.Number, "0", StringComparison.Ordinal)).ToList();

        Assert.Equal(known.Order(StringComparer.Ordinal), written.Order(StringComparer.Ordinal));
    }

    /// <summary>The names of a row: the first with its section, the next in the same one.</summary>
    private static IEnumerable<string> Names(string row)
    {
        var names = Code().Matches(row.Split('|')[1]).Select(code => code.Groups[1].Value).Where(name => name is not ("ASPNETCORE_URLS" or "--urls")).ToList();
        var section = names.Count == 0 ? "" : Section().Match(names[0]).Value;
        return names.Select((name, at) => at == 0 ? name : $"{section}{name}");
    }

    private static IConfiguration Configuration(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Name, setting.Value))).Build();

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "BackgroundTasks.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Code();

    [GeneratedRegex("^(BackgroundTasks:(Queues:<name>:|Types:<name>:|ClientLimit:|Cors:)?|[A-Za-z]+:)")]
    private static partial Regex Section();
}
