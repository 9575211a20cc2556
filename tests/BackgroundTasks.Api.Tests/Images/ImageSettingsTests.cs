using BackgroundTasks.Api.Images;

namespace BackgroundTasks.Api.Tests.Images;

public sealed class ImageSettingsTests
{
    [Fact]
    public void Nothing_needs_to_be_set() => Settings.Start(Add);

    [Theory]
    [InlineData("Images:MaxUploadBytes", "0")]
    [InlineData("Images:MaxUploadBytes", "99999999999")]
    [InlineData("Images:MaxMegapixels", "0")]
    [InlineData("Images:MaxSide", "0")]
    [InlineData("Images:MaxEnlargedMegapixels", "0")]
    [InlineData("Images:MaxMemoryBytes", "1000")]
    [InlineData("Images:MaxStoredBytes", "1000")]
    public void A_bad_setting_stops_the_start_with_its_name(string key, string value) =>
        Assert.Contains(key + " must be", Settings.Refusal(Add, (key, value)), StringComparison.Ordinal);

    private static void Add(BackgroundTasksBuilder builder) => builder.AddImages();
}
