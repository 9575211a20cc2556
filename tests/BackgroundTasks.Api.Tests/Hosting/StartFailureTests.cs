using System.Net;
using System.Net.Sockets;
using BackgroundTasks.Api.Hosting;
using Microsoft.Extensions.Configuration;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>Whatever keeps the service from starting is told in one line, without a stack; the exit code is 1.</summary>
public class StartFailureTests
{
    [Fact]
    public async Task An_address_in_use()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        await using var service = ServiceProcess.Start(("Kestrel__Endpoints__one__Url", $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}"));

        var error = await OneLineAsync(service);

        Assert.Contains("address already in use", error, StringComparison.Ordinal);
        Assert.Contains("--urls http://localhost:5081", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_of_another_machine()
    {
        await using var service = ServiceProcess.Start(("Kestrel__Endpoints__one__Url", "http://192.0.2.1:5081"));

        Assert.Contains("It cannot listen at the address that it is given", await OneLineAsync(service), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:99999", "The port of an address is not 0 to 65535.")]
    [InlineData("foo", "Invalid url: 'foo'.")]
    public async Task An_address_that_is_none(string address, string reason)
    {
        await using var service = ServiceProcess.Start(("Kestrel__Endpoints__one__Url", address));

        var error = await OneLineAsync(service);

        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Contains("--urls http://localhost:5081", error, StringComparison.Ordinal);
    }

    /// <summary>In /proc nobody makes a file, not even root.</summary>
    [LinuxFact]
    public async Task A_data_folder_in_which_nothing_can_be_written()
    {
        await using var service = ServiceProcess.Start(("BackgroundTasks__DataDirectory", "/proc"));

        Assert.Contains("/proc", await OneLineAsync(service), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_in_the_place_of_the_tasks()
    {
        await using var service = ServiceProcess.Start();
        await service.KillAsync();
        File.Delete(Path.Combine(service.Data, "tasks.db"));
        Directory.CreateDirectory(Path.Combine(service.Data, "tasks.db"));

        service.Launch();

        Assert.Contains("tasks.db", await OneLineAsync(service), StringComparison.Ordinal);
    }

    [LinuxFact]
    public async Task A_path_with_a_right_to_left_override()
    {
        await using var service = ServiceProcess.Start(("BackgroundTasks__DataDirectory", "/dev/null/a\u202eb\nc"));

        Assert.Contains("/dev/null/a\\u202eb c", await OneLineAsync(service), StringComparison.Ordinal);
    }

    [Fact]
    public void Settings_that_are_not_json_name_the_file_and_the_line()
    {
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "appsettings.json");
        File.WriteAllText(file, "{\n  \"BackgroundTasks\": {\n    oops\n  }\n}");
        var configuration = new ConfigurationBuilder().AddJsonFile(file);

        var line = Assert.Single(StartFailure.Describe(Assert.ThrowsAny<Exception>(configuration.Build)));

        Assert.Contains(file, line, StringComparison.Ordinal);
        Assert.Contains("line 3", line, StringComparison.Ordinal);
        Assert.DoesNotContain("BytePositionInLine", line, StringComparison.Ordinal);
    }

    [Fact]
    public void What_nothing_is_known_of_is_told_with_its_type()
    {
        var several = new AggregateException(new TimeoutException("too late"), new InvalidOperationException("Set it."), new SocketException((int)SocketError.AccessDenied));

        var lines = StartFailure.Describe(several).ToList();

        Assert.Equal(["TimeoutException: too late", "Set it."], lines.Take(2));
        Assert.Contains("Permission denied", lines[2], StringComparison.Ordinal);
    }

    private static async Task<string> OneLineAsync(ServiceProcess service)
    {
        var (exitCode, errors) = await service.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.StartsWith("The service cannot start: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(service.Output.Lines, line => line.Contains("   at ", StringComparison.Ordinal) || line.Contains("Exception", StringComparison.Ordinal));
        return Assert.Single(errors.TrimEnd('\n').Split('\n'));
    }
}
