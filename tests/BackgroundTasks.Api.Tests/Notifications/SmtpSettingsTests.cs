using BackgroundTasks.Api.Notifications;

namespace BackgroundTasks.Api.Tests.Notifications;

public sealed class SmtpSettingsTests
{
    [Fact]
    public void Nothing_needs_to_be_set() => Settings.Start(Add);

    [Fact]
    public void Good_settings_are_taken() => Settings.Start(
        Add,
        ("Smtp:Host", "mail.example.org"),
        ("Smtp:Port", "587"),
        ("Smtp:Username", "ada"),
        ("Smtp:Password", "opensesame"),
        ("Smtp:From", "Notifications <noreply@example.org>"),
        ("Smtp:Security", "StartTls"),
        ("Smtp:Timeout", "00:00:30"));

    [Theory]
    [InlineData("Smtp:Host", "mail.example.org", "Smtp:From must be")]
    [InlineData("Smtp:Port", "0", "Smtp:Port must be")]
    [InlineData("Smtp:Username", "ada", "Smtp:Password must be")]
    [InlineData("Smtp:Timeout", "00:00:00", "Smtp:Timeout must be")]
    [InlineData("Smtp:MaxAnswerBytes", "1", "Smtp:MaxAnswerBytes must be")]
    public void A_bad_setting_stops_the_start_with_its_name(string key, string value, string message) =>
        Assert.Contains(message, Settings.Refusal(Add, (key, value)), StringComparison.Ordinal);

    private static void Add(BackgroundTasksBuilder builder) => builder.AddNotifications();
}
