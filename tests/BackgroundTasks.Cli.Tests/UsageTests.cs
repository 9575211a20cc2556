using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Cli.Tests;

/// <summary>What is wrong is told in one line on standard error, with what to do next.</summary>
public sealed class UsageTests(RunningService service) : IClassFixture<RunningService>
{
    private const string Unknown = "01a20c8585d77000800005e327ff670d";

    [Theory]
    [InlineData("'background-tasks --help'")]
    [InlineData("There is no 'nothing' here. See 'background-tasks --help'.", "nothing")]
    [InlineData("There is no 'lst' here. Did you mean 'list'? See 'background-tasks --help'.", "lst")]
    [InlineData("There is no '--stats' here. Did you mean '--status'? See 'background-tasks list --help'.", "list", "--stats", "failed")]
    [InlineData("There is no '--ulr' here. Did you mean '--url'? See 'background-tasks get --help'.", "get", Unknown, "--ulr", "localhost:9")]
    [InlineData("There is no 'puase' here. Did you mean 'pause'? See 'background-tasks queues --help'.", "queues", "puase", "default")]
    [InlineData("'background-tasks submit --help'", "submit")]
    [InlineData("is not JSON: line 1, byte 2: ", "submit", "wait", "{seconds}")]
    [InlineData("is not JSON", "submit", "wait", """{"seconds":"\ud800"}""")]
    [InlineData("is not a duration", "submit", "wait", "{}", "--delay", "soon")]
    [InlineData("is not a time", "submit", "wait", "{}", "--at", "soon")]
    [InlineData("is not a time", "submit", "wait", "{}", "--at", "01/02/2030")]
    [InlineData("is not a time", "list", "--created-after", "10:00")]
    [InlineData("exclude each other", "submit", "wait", "{}", "--delay", "1", "--at", "2030-01-01")]
    [InlineData("is not a tag", "submit", "wait", "{}", "--tag", "blue")]
    [InlineData("The key 'a b' will not do", "submit", "wait", "{}", "--key", "a b")]
    [InlineData("payload.seconds: The field seconds must be between 0 and 3600", "submit", "wait", """{"seconds":-1}""")]
    [InlineData("Known: send-notification", "submit", "nothing")]
    [InlineData("--url 'ftp://localhost:5080' is not an address", "list", "--url", "ftp://localhost:5080")]
    [InlineData("--url 'two words' is not an address", "list", "--url", "two words")]
    [InlineData("Refused (404): ", "list", "--url", "{address}/nowhere")]
    [InlineData("'blue' is not a status; use scheduled, queued", "list", "--status", "blue")]
    [InlineData("must be 0 or more", "list", "--limit", "-1")]
    [InlineData("'99999999999' is not a number for --limit", "list", "--limit", "99999999999")]
    [InlineData("'high' is not a number for --priority", "submit", "wait", "{}", "--priority", "high")]
    [InlineData("'1.5' is not a number for --width", "upload", "nothing.png", "--width", "1.5")]
    [InlineData("There is no task", "get", Unknown)]
    [InlineData("There is no task", "wait", Unknown)]
    [InlineData("There is no task", "watch", Unknown)]
    [InlineData("There is no task", "cancel", Unknown)]
    [InlineData("There is no task", "retry", Unknown)]
    [InlineData("There is no task", "delete", Unknown)]
    [InlineData("'..' is neither an id nor a name.\n", "get", "..")]
    [InlineData("The id is empty. See 'background-tasks get --help'.", "get", "")]
    [InlineData("The id is empty. See 'background-tasks watch --help'.", "watch", Unknown, "")]
    [InlineData("The id is empty. See 'background-tasks retry --help'.", "retry", "")]
    [InlineData("The type is empty. See 'background-tasks submit --help'.", "submit", "")]
    [InlineData("The name is empty. See 'background-tasks queues pause --help'.", "queues", "pause", "")]
    [InlineData("There is no task type", "types", "nothing")]
    [InlineData("Known: default", "queues", "pause", "nothing")]
    [InlineData("Say which", "retry")]
    [InlineData("Say which", "retry", Unknown, "--status", "failed")]
    [InlineData("There is no file", "upload", "nothing.png", "--width", "8")]
    public async Task What_is_wrong_with_a_command_is_told(string expected, params string[] arguments)
    {
        var refused = await service.RunAsync([.. arguments.Select(argument => argument.Replace("{address}", service.Address, StringComparison.Ordinal))]);

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("background-tasks: ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains(expected, refused.Errors, StringComparison.Ordinal);
        Assert.Single(refused.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Several_errors_have_a_line_each()
    {
        await using var refusing = await OtherService.StartAsync(static () => Results.ValidationProblem(new Dictionary<string, string[]>
        {
            ["payload.colour"] = ["It is not a member."],
            ["payload.email"] = ["It is not an address.", "It is too long."],
        }));

        var refused = await BackgroundTasksTool.RunAsync(refusing.Address, "submit", "wait", "{}");

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.Collection(
            refused.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries),
            line => Assert.StartsWith("background-tasks: Refused (400): ", line, StringComparison.Ordinal),
            line => Assert.Equal("  payload.colour: It is not a member.", line),
            line => Assert.Equal("  payload.email: It is not an address.", line),
            line => Assert.Equal("  payload.email: It is too long.", line));
    }

    [Fact]
    public async Task An_address_needs_no_scheme()
    {
        var listed = await service.RunAsync("list", "--url", service.Address["http://".Length..]);

        Assert.Equal((0, ""), (listed.ExitCode, listed.Errors));
    }

    [Theory]
    [InlineData("submit", "sub")]
    [InlineData("--status", "list --st")]
    [InlineData("failed", "list --status ")]
    public async Task A_shell_is_told_how_a_word_may_go_on(string expected, string typed)
    {
        var completions = await service.RunAsync($"[suggest:{typed.Length}]", typed);

        Assert.Equal(0, completions.ExitCode);
        Assert.Contains(expected, completions.Lines);
    }

    [Theory]
    [InlineData("http://ann:secret@localhost:5080")]
    [InlineData("http://localhost:5080/tasks?code=secret")]
    [InlineData("http://localhost:5080/#secret")]
    public async Task What_would_not_be_sent_of_an_address_is_refused_and_not_shown(string address)
    {
        var refused = await service.RunAsync("list", "--url", address);

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.Contains("--url", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", refused.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("submit")]
    [InlineData("get")]
    [InlineData("wait")]
    [InlineData("watch")]
    [InlineData("cancel")]
    [InlineData("retry")]
    [InlineData("delete")]
    [InlineData("list")]
    [InlineData("types")]
    [InlineData("nodes")]
    [InlineData("events")]
    [InlineData("queues")]
    [InlineData("queues pause")]
    [InlineData("upload")]
    public async Task Every_command_explains_itself_with_options_and_examples(string command)
    {
        var help = await service.RunAsync([.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries), "--help"]);

        Assert.Equal((0, ""), (help.ExitCode, help.Errors));
        Assert.Contains($"background-tasks {command}", help.Output, StringComparison.Ordinal);
        Assert.Contains("--url <address>", help.Output, StringComparison.Ordinal);
        Assert.Matches($@"Examples:\n  .*background-tasks {Regex.Escape(command)}", help.Output);
        Assert.DoesNotMatch(@"\n  --[a-z-]+( <[a-z=]+>)? *\n", help.Output);
    }
}
