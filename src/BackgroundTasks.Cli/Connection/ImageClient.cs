using System.Net;
using System.Text.Json;
using BackgroundTasks.Client;

namespace BackgroundTasks.Cli.Connection;

/// <summary>
/// Sends and fetches pictures. They are the service's own, not of the library's contract, so the client knows nothing of them.
/// An upload has no key by which the service would know it again: it is sent again only where the service was not reached, or refused it for want of room.
/// </summary>
internal sealed class ImageClient(HttpClient http, TimeSpan retryFor)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>An upload of the largest size over a slow line.</summary>
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromMinutes(5);

    /// <summary>Sends an image and returns the task that resizes it.</summary>
    /// <exception cref="CommandFailure">The service does not answer, or refuses it.</exception>
    public async Task<BackgroundTaskSnapshot> UploadAsync(string path, IEnumerable<KeyValuePair<string, string>> fields, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(() => UploadOf(path, fields), cancellationToken);
        return JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), CliJson.Default.BackgroundTaskSnapshot)
            ?? throw new JsonException("It is null.");
    }

    /// <summary>Fetches the picture of a task that succeeded into a file; no half of it is left behind.</summary>
    /// <exception cref="CommandFailure">The service does not answer, or has no such picture.</exception>
    public async Task DownloadAsync(string id, string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(() => new HttpRequestMessage(HttpMethod.Get, $"images/{Uri.EscapeDataString(id)}"), cancellationToken);
        var picture = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        if (new FileInfo(path) is { Exists: true } there && (there.LinkTarget is not null || there.Length == 0))
        {
            // A link, a pipe or a device stays what it is: a file that is moved there would take its place.
            await File.WriteAllBytesAsync(path, picture, cancellationToken);
            return;
        }

        var unfinished = $"{path}.{id}.unfinished";
        try
        {
            await File.WriteAllBytesAsync(unfinished, picture, cancellationToken);
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private static HttpRequestMessage UploadOf(string path, IEnumerable<KeyValuePair<string, string>> fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);

        // The service asks for no name, and not every file's own can be sent.
        form.Add(new StreamContent(File.OpenRead(path)), "file", "image");

        // What the service refuses by its size alone is not sent.
        return new HttpRequestMessage(HttpMethod.Post, "images") { Content = form, Headers = { ExpectContinue = true } };
    }

    private async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> make, CancellationToken cancellationToken)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var left = retryFor - TimeProvider.System.GetElapsedTime(begin);
            using var request = make();
            TimeSpan pause;
            try
            {
                var response = await AttemptAsync(request, cancellationToken);
                if (response.IsSuccessStatusCode)
                    return response;
                using (response)
                {
                    var problem = await ReadProblemAsync(response, cancellationToken);
                    pause = problem.RetryAfter is { } after && after > TimeSpan.Zero ? after : Pause;
                    if (problem.Status is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable) || pause > left)
                        throw Failures.Refused(problem);
                }
            }
            catch (HttpRequestException exception) when (exception.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError && left > Pause)
            {
                pause = Pause;
            }

            await Task.Delay(pause, TimeProvider.System, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage> AttemptAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(AttemptTimeout);
        try
        {
            return await http.SendAsync(request, limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failures.Unreachable("no answer came in five minutes.", http.BaseAddress);
        }
    }

    private static async Task<RequestProblem> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var retryAfter = response.Headers.RetryAfter is { } header ? header.Delta ?? header.Date - TimeProvider.System.GetUtcNow() : null;
        if (retryAfter < TimeSpan.Zero)
            retryAfter = TimeSpan.Zero;
        try
        {
            var problem = JsonSerializer.Deserialize(await response.Content.ReadAsByteArrayAsync(cancellationToken), CliJson.Default.Problem);
            return new RequestProblem { Status = response.StatusCode, Title = problem?.Title, Detail = problem?.Detail, Errors = problem?.Errors ?? [], RetryAfter = retryAfter };
        }
        catch (JsonException)
        {
            // A proxy's refusal has no such body.
            return new RequestProblem { Status = response.StatusCode, Title = response.ReasonPhrase, RetryAfter = retryAfter };
        }
    }
}
