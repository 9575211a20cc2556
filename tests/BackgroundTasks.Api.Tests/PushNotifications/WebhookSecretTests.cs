using System.Text;
using BackgroundTasks.Api.PushNotifications;

namespace BackgroundTasks.Api.Tests.PushNotifications;

public sealed class WebhookSecretTests
{
    [Fact]
    public void The_signature_is_that_of_the_standards_test_vector()
    {
        var secret = WebhookSecret.TryParse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        var signature = secret!.Sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, Encoding.UTF8.GetBytes("""{"test": 2432232314}"""));
        Assert.Equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", signature);
    }

    [Theory]
    [InlineData(23, false)]
    [InlineData(24, true)]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void A_secret_has_24_to_64_bytes(int bytes, bool valid) =>
        Assert.Equal(valid, WebhookSecret.TryParse("whsec_" + Convert.ToBase64String(new byte[bytes])) is not null);

    [Theory]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    [InlineData("whsec_not base64 at all, not at all")]
    [InlineData("whsec_")]
    public void Anything_else_is_no_secret(string text) => Assert.Null(WebhookSecret.TryParse(text));
}
