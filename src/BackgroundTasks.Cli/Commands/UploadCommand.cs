using System.CommandLine;
using System.Globalization;
using BackgroundTasks.Cli.Connection;
using BackgroundTasks.Cli.Input;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Commands;

/// <summary><c>upload IMAGE</c></summary>
internal sealed class UploadCommand : ServiceCommand
{
    private readonly Argument<FileInfo> _image = new("image") { Description = "The image's file." };
    private readonly Option<int?> _width = new("--width") { Description = "The width in pixels; the aspect is kept.", HelpName = "pixels", CustomParser = Numbers.Parse };
    private readonly Option<int?> _height = new("--height") { Description = "The height in pixels; with --width, the picture fits into both.", HelpName = "pixels", CustomParser = Numbers.Parse };
    private readonly Option<string?> _format = new("--format") { Description = "jpeg, png or webp. [default: the service's]", HelpName = "format" };
    private readonly WaitOptions _wait = new("Wait for the end, and print the result.");
    private readonly Option<FileInfo?> _out = new("--out") { Description = "Save the picture here; implies --wait.", HelpName = "file" };
    private readonly Option<bool> _json = JsonOption("Print the task as one line of JSON.");

    public UploadCommand(Screen screen)
        : base("upload", "Sends an image to be resized and prints the task's id; with --wait or --out, its result.", screen)
    {
        Arguments.Add(_image);
        foreach (var option in new Option[] { _width, _height, _format })
            Options.Add(option);
        _wait.AddTo(this);
        Options.Add(_out);
        Options.Add(_json);
    }

    public override IReadOnlyList<string> Examples { get; } =
    [
        "background-tasks upload photo.jpg --width 320 --format webp --out small.webp",
        "background-tasks upload photo.jpg --height 200 --wait",
    ];

    protected override async Task<int> ExecuteAsync(ParseResult input, Session session, CancellationToken cancellationToken)
    {
        var image = input.GetValue(_image)!;
        if (!image.Exists)
            throw new CommandFailure(ExitCode.Refused, $"There is no file '{image}'.");
        var saved = input.GetValue(_out);
        if (saved is not null && (saved.Directory is not { Exists: true } || Directory.Exists(saved.FullName)))
            throw new CommandFailure(ExitCode.Refused, $"'{saved}' cannot be saved: name a file in a folder that is there.");
        var task = await session.Images.UploadAsync(image.FullName, FieldsOf(input), cancellationToken);
        if (saved is not null || _wait.IsGiven(input))
            return await FinishAsync(input, session, task, saved, cancellationToken);
        if (input.GetValue(_json))
            Screen.WriteJson(task, CliJson.Readable.BackgroundTaskSnapshot);
        else
            Screen.Output.WriteLine(task.Id);
        return ExitCode.Succeeded;
    }

    private async Task<int> FinishAsync(ParseResult input, Session session, BackgroundTaskSnapshot task, FileInfo? saved, CancellationToken cancellationToken)
    {
        var seen = await new TaskFollower(session, Screen).WaitAsync([task], _wait.TimeoutOf(input), cancellationToken);
        if (saved is not null && seen is [{ Status: BackgroundTaskStatus.Succeeded }])
            await DownloadAsync(session, task.Id, saved, cancellationToken);
        return ExitSummary.Tell(Screen, seen, input.GetValue(_json));
    }

    /// <summary>The picture is made: what fails now is mended without another upload.</summary>
    private static async Task DownloadAsync(Session session, string id, FileInfo saved, CancellationToken cancellationToken)
    {
        try
        {
            await session.Images.DownloadAsync(id, saved.FullName, cancellationToken);
        }
        catch (Exception exception) when (Failures.Of(exception, session.Address) is { } failure)
        {
            throw new CommandFailure(failure.ExitCode, $"{failure.Message} The picture is made, and not saved: fetch it from {session.Address}images/{id}.");
        }
    }

    private Dictionary<string, string> FieldsOf(ParseResult input)
    {
        var fields = new Dictionary<string, string>();
        Add("width", input.GetValue(_width)?.ToString(CultureInfo.InvariantCulture));
        Add("height", input.GetValue(_height)?.ToString(CultureInfo.InvariantCulture));
        Add("format", input.GetValue(_format));
        return fields;

        void Add(string name, string? value)
        {
            if (value is not null)
                fields.Add(name, value);
        }
    }
}
