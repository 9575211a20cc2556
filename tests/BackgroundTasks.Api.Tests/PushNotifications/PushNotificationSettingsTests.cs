using BackgroundTasks.Api.PushNotifications;

namespace BackgroundTasks.Api.Tests.PushNotifications;

public sealed class PushNotificationSettingsTests
{
    [Fact]
    public void Nothing_needs_to_be_set() => Settings.Start(Add);

    [Fact]
    public void Good_settings_are_taken() => Settings.Start(
        Add,
        ("PushNotifications:Secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("PushNotifications:AllowPrivateNetworks", "true"),
        ("PushNotifications:Timeout", "00:00:05"));

    [Theory]
    [InlineData("PushNotifications:Secret", "secret")]
    [InlineData("PushNotifications:Timeout", "00:00:00")]
    [InlineData("PushNotifications:Timeout", "02:00:00")]
    public void A_bad_setting_stops_the_start_with_its_name(string key, string value) =>
        Assert.Contains(key + " must be", Settings.Refusal(Add, (key, value)), StringComparison.Ordinal);

    private static void Add(BackgroundTasksBuilder builder) => builder.AddPushNotifications();
}
