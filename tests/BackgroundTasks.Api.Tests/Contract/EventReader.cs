using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace BackgroundTasks.Api.Tests.Contract;

/// <summary>A client of an event stream, which reads as browsers do.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly SseParser<string> _parser;
    private readonly IAsyncEnumerator<SseItem<string>> _events;

    private EventReader(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _parser = SseParser.Create(body);
        _events = _parser.EnumerateAsync().GetAsyncEnumerator();
    }

    public TimeSpan Retry => _parser.ReconnectionInterval;

    public static async Task<EventReader> OpenAsync(Service service, string path, string? lastEventId = null)
    {
        var response = await SendAsync(service, path, lastEventId);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return new EventReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The stream as it is sent.</summary>
    public static async Task<StreamReader> OpenRawAsync(Service service, string path) =>
        new(await (await SendAsync(service, path, null)).Content.ReadAsStreamAsync());

    public async Task<StreamedEvent> NextAsync()
    {
        Assert.True(await _events.MoveNextAsync().AsTask().WaitAsync(HeldWork.Guard), "The stream has ended.");
        return new StreamedEvent(_events.Current.EventType, _events.Current.EventId, JsonNode.Parse(_events.Current.Data)!);
    }

    public async Task EndAsync() => Assert.False(await _events.MoveNextAsync().AsTask().WaitAsync(HeldWork.Guard), "There is another event.");

    public async ValueTask DisposeAsync()
    {
        _response.Dispose();
        try
        {
            await _events.DisposeAsync();
        }
        catch (NotSupportedException)
        {
            // A read is under way: it ends with the response.
        }
    }

    private static Task<HttpResponseMessage> SendAsync(Service service, string path, string? lastEventId)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
            request.Headers.Add("Last-Event-ID", lastEventId);
        return service.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).WaitAsync(HeldWork.Guard);
    }
}

internal sealed record StreamedEvent(string Name, string? Id, JsonNode Data)
{
    public string Status => Data["status"]!.GetValue<string>();

    public double Percent => Data["percent"]!.GetValue<double>();
}
