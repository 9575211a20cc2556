using BackgroundTasks.Api.Notifications;

namespace BackgroundTasks.Api.Tests.Notifications;

public sealed class SendNotificationPayloadTests
{
    [Theory]
    [InlineData("ada@example.org")]
    [InlineData("ada.lovelace+news@mail.example.org")]
    [InlineData("\"ada lovelace\"@example.org")]
    [InlineData("jürgen@bücher.example")]
    [InlineData("ada@xn--bcher-kva.example")]
    [InlineData("root@localhost")]
    public void A_mail_address_is_taken(string email) => Assert.Empty(Faults(email, "hello"));

    [Theory]
    [InlineData("")]
    [InlineData("ada")]
    [InlineData("ada@")]
    [InlineData("@example.org")]
    [InlineData("ada lovelace@example.org")]
    [InlineData("Ada <ada@example.org>")]
    [InlineData("<ada@example.org>")]
    [InlineData("ada@example.org ")]
    [InlineData("ada@example..org")]
    [InlineData("ada@example.org(comment)")]
    [InlineData("ada@example.org,bob@example.org")]
    [InlineData("ada@[127.0.0.1]")]
    [InlineData("ada@example.org\n")]
    [InlineData("ada@example.org\r\nBcc: bob@example.org")]
    [InlineData("\"ada\u2028\"@example.org")]
    [InlineData("\"ada\0\"@example.org")]
    public void Anything_else_is_refused(string email) => Assert.Equal(["Email"], Faults(email, "hello"));

    [Theory]
    [InlineData('\n')]
    [InlineData('\r')]
    [InlineData('\t')]
    [InlineData('\0')]
    [InlineData('\v')]
    [InlineData('\f')]
    [InlineData('\u001b')]
    [InlineData('\u007f')]
    [InlineData('\u0085')]
    [InlineData('\u2028')]
    [InlineData('\u2029')]
    public void A_message_of_more_than_one_line_or_with_a_control_character_is_refused(char character) =>
        Assert.Equal(["Message"], Faults("ada@example.org", $"a{character}b"));

    [Fact]
    public void The_lengths_are_bounded()
    {
        var longest = new string('a', 64) + "@" + string.Join('.', Enumerable.Repeat(new string('b', 60), 3));
        longest += "." + new string('c', 254 - longest.Length - 1);
        Assert.Empty(Faults(longest, new string('m', 10_000)));
        Assert.Equal(["Email", "Message"], Faults(longest + "c", new string('m', 10_001)));
    }

    private static IReadOnlyList<string> Faults(string email, string message) =>
        Payload.FaultyMembers(new SendNotificationPayload(email, message));
}
