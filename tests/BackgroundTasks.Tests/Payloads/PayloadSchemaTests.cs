using System.Text.Json.Nodes;
using BackgroundTasks.Payloads;

namespace BackgroundTasks.Tests.Payloads;

public sealed class PayloadSchemaTests
{
    [Theory]
    [InlineData("source", """{"type":"string","format":"uri","description":"Where the image is."}""")]
    [InlineData("width", """{"type":"integer","minimum":1,"maximum":4096}""")]
    [InlineData("scale", """{"type":"number","minimum":0.5,"exclusiveMaximum":2,"default":1}""")]
    [InlineData("name", """{"type":["string","null"],"pattern":"^(?:[a-z]+|[0-9]+)$","default":null}""")]
    [InlineData("title", """{"type":"string","minLength":3,"maxLength":20}""")]
    [InlineData("weights", """{"type":["object","null"],"additionalProperties":{"type":"integer"},"maxProperties":4,"default":null}""")]
    [InlineData("format", """{"type":"string","enum":["png","jpeg"],"default":"png"}""")]
    [InlineData("notify", """{"type":["string","null"],"format":"email","default":null}""")]
    [InlineData("price", """{"type":"number","minimum":0.10,"maximum":99.90,"default":1}""")]
    [InlineData("at", """{"type":["string","null"],"format":"date-time","default":null}""")]
    public void An_attribute_shows_as_its_keyword(string member, string expected) =>
        Same(expected, Schema<Resize>()["properties"]![member]!);

    [Fact]
    public void An_object_is_closed_described_and_says_what_it_requires()
    {
        var schema = Schema<Resize>();

        Assert.Equal("What to resize, and how.", (string?)schema["description"]);
        Assert.False((bool)schema["additionalProperties"]!);
        Same("""["source","width","title"]""", schema["required"]!);
    }

    [Fact]
    public void The_items_of_a_list_are_described_too() =>
        Same(
            """
            {
              "type":["array","null"], "minItems":1, "maxItems":3, "default":null,
              "items":{
                "type":"object", "additionalProperties":false, "required":["name"],
                "properties":{"name":{"type":"string","minLength":2},"count":{"type":"integer","minimum":1,"maximum":9,"default":1}}}
            }
            """,
            Schema<Resize>()["properties"]!["items"]!);

    [Fact]
    public void An_object_with_extension_data_stays_open() => Assert.Null(Schema<Open>()["additionalProperties"]);

    [Fact]
    public void A_member_that_only_reads_says_so() => Assert.True((bool)Schema<Redescribed>()["properties"]!["length"]!["readOnly"]!);

    [Fact]
    public void Types_that_lead_back_to_themselves_and_shapes_of_many_kinds_have_a_schema()
    {
        Assert.NotNull(Schema<CheckedNode>());
        Assert.NotNull(Schema<Scalars>());
        Assert.NotNull(Schema<PropertyConverters>());
        Same("""{"type":"integer"}""", PayloadSchema.Create(PayloadJson.CreateOptions(), typeof(int)));
        Assert.Equal(2, Schema<Shape>()["anyOf"]!.AsArray().Count);
    }

    private static JsonObject Schema<T>() => Assert.IsType<JsonObject>(PayloadSchema.Create(PayloadJson.CreateOptions(), typeof(T)));

    private static void Same(string expected, JsonNode actual) =>
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), actual), actual.ToJsonString());
}
