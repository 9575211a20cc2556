using System.Text.Json;
using BackgroundTasks.Api.PushNotifications;

namespace BackgroundTasks.Api.Tests.PushNotifications;

public sealed class PushNotificationPayloadTests
{
    [Theory]
    [InlineData("https://example.org/hook?key=1")]
    [InlineData("http://example.org:8080")]
    [InlineData("https://[2606:4700::1]/")]
    public void An_absolute_http_url_is_taken(string url) => Assert.Empty(Faults(url, "invoice.paid"));

    [Theory]
    [InlineData("")]
    [InlineData("/hook")]
    [InlineData("example.org/hook")]
    [InlineData("ftp://example.org/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:password@example.org/")]
    [InlineData("https://user@example.org/")]
    [InlineData("https://")]
    public void Any_other_url_is_refused(string url) => Assert.Equal(["Url"], Faults(url, "invoice.paid"));

    [Fact]
    public void A_url_of_more_than_2048_characters_is_refused()
    {
        var url = "https://example.org/".PadRight(2048, 'a');
        Assert.Empty(Faults(url, "a"));
        Assert.Equal(["Url"], Faults(url + "a", "a"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("invoice paid")]
    [InlineData("invoice..paid")]
    [InlineData(".paid")]
    [InlineData("invoice.paid\n")]
    public void An_event_of_other_characters_is_refused(string name) => Assert.Equal(["Event"], Faults("https://example.org/", name));

    private static IReadOnlyList<string> Faults(string url, string name) =>
        Payload.FaultyMembers(new PushNotificationPayload(url, name, JsonSerializer.SerializeToElement(1)));
}
