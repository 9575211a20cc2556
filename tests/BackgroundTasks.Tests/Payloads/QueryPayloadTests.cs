using System.Text;
using BackgroundTasks.Payloads;
using Microsoft.Extensions.Primitives;

namespace BackgroundTasks.Tests.Payloads;

public sealed class QueryPayloadTests
{
    [Theory]
    [InlineData("text", "5", "\"5\"")]
    [InlineData("text", "", "\"\"")]
    [InlineData("big", "5", "5")]
    [InlineData("big", "05", "\"05\"")]
    [InlineData("big", " 5", "\" 5\"")]
    [InlineData("big", "5,6", "\"5,6\"")]
    [InlineData("big", "", "null")]
    [InlineData("real", "-1.5e3", "-1.5e3")]
    [InlineData("real", "NaN", "\"NaN\"")]
    [InlineData("flag", "true", "true")]
    [InlineData("flag", "False", "false")]
    [InlineData("flag", "yes", "\"yes\"")]
    [InlineData("size", "1", "1")]
    [InlineData("colour", "Red", "\"Red\"")]
    [InlineData("for", "00:00:05", "\"00:00:05\"")]
    [InlineData("bytes", "AQID", "\"AQID\"")]
    [InlineData("colours", "Red", "[\"Red\"]")]
    public void A_value_becomes_the_json_that_its_member_takes(string name, string value, string json) =>
        Assert.Equal($$"""{"{{name}}":{{json}}}""", Converted<Scalars>([new(name, value)]));

    [Fact]
    public void A_name_that_comes_twice_fills_an_array()
    {
        Assert.Equal("""{"numbers":[1,null,"x"]}""", Converted<Order>([new("numbers", new StringValues(["1", "", "x"]))]));
        Assert.Equal("""{"numbers":[1,2]}""", Converted<Order>([new("numbers", "1"), new("numbers", "2")]));
    }

    [Fact]
    public void A_name_that_comes_twice_for_one_value_is_refused_when_bound()
    {
        var json = Converted<Mail>([new("email", new StringValues(["a", "b"]))]);

        Assert.Equal(["payload.email: must be a string"], PayloadBinding.Errors<Mail>(json));
    }

    [Fact]
    public void What_does_not_convert_is_refused_when_bound()
    {
        var json = Converted<Mail>([new("email", "a"), new("copies", "many")]);

        Assert.Equal(["payload.copies: must be a whole number"], PayloadBinding.Errors<Mail>(json));
    }

    [Theory]
    [InlineData("oops")]
    [InlineData("Email")]
    public void A_name_that_is_no_member_is_an_error_and_the_rest_converts(string name)
    {
        Assert.False(TryConvert<Mail>([new(name, "x"), new("email", "a")], out var json, out var errors));
        Assert.Equal([$"payload.{name}: is not a known member; known members: email, subject, copies"], PayloadBinding.Lines(errors!));
        Assert.Equal("""{"email":"a"}""", json);
    }

    [Fact]
    public void No_query_is_no_payload() => Assert.Equal("", Converted<Mail>([]));

    [Fact]
    public void A_payload_that_is_no_object_takes_no_names() =>
        Assert.False(TryConvert<int>([new("x", "1")], out _, out _));

    [Fact]
    public void A_dictionary_and_extension_data_take_any_name()
    {
        Assert.Equal("""{"a":1,"b":"x"}""", Converted<Dictionary<string, int>>([new("a", "1"), new("b", "x")]));
        Assert.Equal("""{"other":"1"}""", Converted<Open>([new("other", "1")]));
    }

    [Fact]
    public void The_discriminator_of_a_polymorphic_payload_chooses_its_members_and_comes_first()
    {
        var json = Converted<Shape>([new("radius", "2"), new("kind", "circle")]);

        Assert.Equal("""{"kind":"circle","radius":2}""", json);
        Assert.Equal(new Circle(2), PayloadBinding.Bound<Shape>(json));
    }

    private static string Converted<T>(KeyValuePair<string, StringValues>[] query)
    {
        Assert.True(TryConvert<T>(query, out var json, out var errors));
        Assert.Null(errors);
        return json;
    }

    private static bool TryConvert<T>(KeyValuePair<string, StringValues>[] query, out string json, out Dictionary<string, string[]>? errors)
    {
        var options = PayloadJson.CreateOptions();
        options.MakeReadOnly();
        var isConverted = QueryPayload.TryConvert(query, options.GetTypeInfo(typeof(T)), "payload", out var utf8Json, out errors);
        json = Encoding.UTF8.GetString(utf8Json);
        return isConverted;
    }
}
