using System.Net;
using BackgroundTasks.Api.Hosting;
using BackgroundTasks.Api.Tests.Contract;
using Microsoft.Extensions.Configuration;

namespace BackgroundTasks.Api.Tests.Hosting;

/// <summary>Connections must not take the last file descriptor.</summary>
public class ConnectionLimitTests
{
    [Fact]
    public async Task More_connections_than_may_be_are_closed_and_the_service_goes_on()
    {
        await using var service = Service.Start(ServiceKind.KestrelInProduction, ("BackgroundTasks:MaxConnections", "10"));
        var connections = new List<RawConnection>();
        for (var i = 0; i < 10; i++)
        {
            connections.Add(await RawConnection.OpenAsync(service));
            await connections[^1].SendAsync("GET /queues HTTP/1.1\r\nHost: localhost\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 200 ", await connections[^1].AnswerAsync(), StringComparison.Ordinal);
        }

        using (var oneTooMany = await RawConnection.OpenAsync(service))
            Assert.Equal("", await oneTooMany.AnswerAsync());
        connections.ForEach(connection => connection.Dispose());

        Assert.Equal(HttpStatusCode.OK, await FirstAnswerAsync(service));
    }

    [Theory]
    [InlineData(null, 1_024L, 384L)]
    [InlineData(null, 20_000L, 9_872L)]
    [InlineData(null, 200L, 16L)]
    [InlineData(null, null, null)]
    [InlineData("700", 1_024L, 700L)]
    [InlineData("700", null, 700L)]
    public void By_default_half_of_the_descriptors_that_are_left_are_for_connections(string? given, long? descriptors, long? expected) =>
        Assert.Equal(expected, ConnectionLimit.Read(Configuration(given), descriptors));

    [Theory]
    [InlineData("0")]
    [InlineData("1024")]
    [InlineData("many")]
    public void A_number_that_cannot_be_stops_the_start(string given) =>
        Assert.Contains("BackgroundTasks:MaxConnections", Assert.Throws<InvalidOperationException>(() => ConnectionLimit.Read(Configuration(given), 1_024)).Message, StringComparison.Ordinal);

    [LinuxFact]
    public void Linux_tells_how_many_descriptors_there_may_be() => Assert.InRange(ConnectionLimit.FindDescriptorLimit() ?? 0, 16, long.MaxValue);

    private static IConfiguration Configuration(string? given) =>
        new ConfigurationBuilder().AddInMemoryCollection([new("BackgroundTasks:MaxConnections", given)]).Build();

    /// <summary>The server counts a connection until it has seen its end.</summary>
    private static async Task<HttpStatusCode> FirstAnswerAsync(Service service)
    {
        using var guard = new CancellationTokenSource(HeldWork.Guard);
        while (true)
        {
            try
            {
                return (await service.GetAsync("/queues")).StatusCode;
            }
            catch (HttpRequestException) when (!guard.IsCancellationRequested)
            {
                await Task.Run(static () => { }, CancellationToken.None);
            }
        }
    }
}
