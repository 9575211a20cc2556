using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using BackgroundTasks.Payloads;

namespace BackgroundTasks.Tests.Payloads;

public sealed class PayloadBindingTests
{
    [Fact]
    public void A_sound_payload_becomes_its_type() =>
        Assert.Equal(new Mail("a@b.c", "Hello", 2), Bound<Mail>("""{"email":"a@b.c","subject":"Hello","copies":2}"""));

    [Fact]
    public void What_a_constructor_gives_a_default_may_be_left_out() =>
        Assert.Equal(new Mail("a@b.c"), Bound<Mail>("""{"email":"a@b.c"}"""));

    [Fact]
    public void No_payload_is_an_empty_object_where_the_type_is_an_object()
    {
        Assert.Equal(new Nothing(), Bound<Nothing>(""));
        Assert.Empty(Bound<Dictionary<string, int>>("")!);
        Assert.Equal(["payload.email: is required"], Errors<Mail>(""));
    }

    [Fact]
    public void No_payload_is_missing_where_the_type_is_no_object()
    {
        Assert.Equal(["payload: is required"], Errors<int>(""));
        Assert.Equal(["payload: is required"], Errors<string>(""));
        Assert.Equal(["payload: is required"], Errors<int[]>(""));
    }

    [Fact]
    public void Null_is_refused_unless_the_type_takes_it()
    {
        Assert.Equal(["payload: must not be null"], Errors<Mail>("null"));
        Assert.Equal(["payload: must not be null"], Errors<string>("null"));
        Assert.Equal(["payload: must not be null"], Errors<int>("null"));
        Assert.Equal(["payload: must not be null"], Errors<JsonObject>("null"));
        Assert.Null(Bound<int?>("null"));
        Assert.Null(Bound<JsonNode>("null"));
        Assert.Equal(JsonValueKind.Null, Bound<JsonElement>("null").ValueKind);
    }

    [Fact]
    public void Primitives_and_arrays_are_payloads_too()
    {
        Assert.Equal(5, Bound<int>("5"));
        Assert.Equal("five", Bound<string>("\"five\""));
        Assert.Equal([1, 2], Bound<int[]>("[1,2]")!);
        Assert.Equal(["payload: must be a whole number"], Errors<int>("\"5\""));
        Assert.Equal(["payload[1]: must be a whole number", "payload[2]: must not be null"], Errors<int[]>("[1,\"x\",null]"));
        Assert.Equal(["payload: must be an array"], Errors<int[]>("{}"));
    }

    [Fact]
    public void Everything_wrong_is_told_at_once() =>
        Assert.Equal(
            [
                "payload.copies: must be a whole number",
                "payload.Mail: is not a known member; known members: email, subject, copies",
                "payload.email: is required",
            ],
            Errors<Mail>("""{"copies":"2","Mail":1}"""));

    [Fact]
    public void Null_is_refused_where_the_annotation_does_not_allow_it()
    {
        Assert.Equal(["payload.email: must not be null", "payload.copies: must not be null"], Errors<Mail>("""{"email":null,"subject":null,"copies":null}"""));
        Assert.Equal(["payload.name: must not be null", "payload.items: must not be null"], Errors<Order>("""{"name":null,"items":null,"extra":null}"""));
    }

    [Theory]
    [InlineData("""{"email":"a","email":"b"}""")]
    [InlineData("""{"email":"a","EMAIL":"b"}""")]
    public void A_member_that_comes_twice_is_refused(string json) =>
        Assert.Equal(["payload.email: appears more than once"], Errors<Mail>(json));

    [Theory]
    [InlineData("""{"a":1,"A":2}""", "payload.A: appears more than once")]
    [InlineData("""{"a":[{"x":1,"X":2}]}""", "payload.a[0].X: appears more than once")]
    public void A_node_takes_no_two_members_whose_names_differ_in_case_alone(string json, string error) =>
        Assert.Equal([error], Errors<JsonNode>(json));

    [Fact]
    public void Json_of_any_shape_may_have_names_that_differ_in_case_alone() =>
        Assert.Equal(2, Bound<JsonElement>("""{"a":1,"A":2}""").GetProperty("A").GetInt32());

    [Fact]
    public void A_member_that_comes_twice_is_found_at_any_depth()
    {
        Assert.Equal(["payload.byKey.a: appears more than once"], Errors<Order>("""{"name":"n","byKey":{"a":{"name":"xx"},"a":{"name":"yy"}}}"""));
        Assert.Equal(["payload.any[0].x.y: appears more than once"], Errors<Scalars>("""{"any":[{"x":{"y":1,"y":2}}]}"""));
        Assert.Equal(["payload.x: appears more than once"], Errors<JsonNode>("""{"x":1,"x":2}"""));
    }

    [Fact]
    public void Errors_say_where_they_are_in_lists_and_dictionaries() =>
        Assert.Equal(
            [
                "payload.items[1].count: must be a whole number",
                "payload.items[2]: must be an object",
                "payload.byKey['a.b'].name: is required",
                "payload.byKey.c.oops: is not a known member; known members: name, count",
                "payload.numbers[1]: must be a whole number",
            ],
            Errors<Order>(
                """
                {"name":"n","items":[{"name":"xx"},{"name":"yy","count":1.5},[]],
                 "byKey":{"a.b":{},"c":{"name":"zz","oops":1}},"numbers":[null,true]}
                """));

    [Theory]
    [InlineData("flag", "1", "must be true or false")]
    [InlineData("tiny", "256", "must be a whole number from 0 to 255")]
    [InlineData("tiny", "1.5", "must be a whole number")]
    [InlineData("big", "\"1\"", "must be a whole number")]
    [InlineData("real", "\"1\"", "must be a number")]
    [InlineData("money", "1e100", "must be a number")]
    [InlineData("text", "1", "must be a string")]
    [InlineData("letter", "\"ab\"", "must be a string of one character")]
    [InlineData("at", "\"soon\"", "must be a date and time such as \"2026-01-31T12:00:00Z\"")]
    [InlineData("day", "\"today\"", "must be a date such as \"2026-01-31\"")]
    [InlineData("hour", "\"noon\"", "must be a time such as \"12:30:00\"")]
    [InlineData("for", "\"1 h\"", "must be a duration such as \"01:30:00\"")]
    [InlineData("id", "\"7\"", "must be a UUID")]
    [InlineData("link", "7", "must be a URI")]
    [InlineData("bytes", "\"*\"", "must be a Base64 string")]
    [InlineData("bytes", "[1]", "must be a Base64 string")]
    [InlineData("size", "\"Small\"", "must be a whole number")]
    [InlineData("colour", "\"blue\"", "must be one of: Red, Green")]
    [InlineData("json", "[]", "must be an object")]
    [InlineData("text", "\"\\ud800\"", "must be a string")]
    public void A_wrong_value_is_told_in_the_words_of_json(string member, string value, string message) =>
        Assert.Equal([$"payload.{member}: {message}"], Errors<Scalars>($$"""{"{{member}}":{{value}}}"""));

    [Fact]
    public void A_converter_on_a_member_is_respected()
    {
        var bound = Bound<PropertyConverters>("""{"size":"Large","number":"5","even":4,"code":"C1"}""")!;

        Assert.Equal((Size.Large, 5, 4, "C1"), (bound.Size, bound.Number, bound.Even, bound.Code?.Text));
        Assert.Equal(["payload.size: must be one of: Small, Large"], Errors<PropertyConverters>("""{"size":"Huge","number":"5"}"""));
        Assert.Equal(["payload.number: must be a whole number"], Errors<PropertyConverters>("""{"number":"x"}"""));
        Assert.Equal(["payload.even: must be even"], Errors<PropertyConverters>("""{"even":3}"""));
        Assert.Equal(["payload.code: is not valid"], Errors<PropertyConverters>("""{"code":3}"""));
        Assert.Equal(["payload.code: A code starts with C."], Errors<PropertyConverters>("""{"code":"D"}"""));
    }

    [Fact]
    public void Extension_data_takes_what_is_no_member()
    {
        Assert.Equal(1, Bound<Open>("""{"name":"n","other":1}""")!.More!["other"].GetInt32());
        Assert.Equal(["payload.name: must be a string"], Errors<Open>("""{"name":1,"other":1}"""));
    }

    [Theory]
    [InlineData("""{"main":{"kind":"circle"}}""", "payload.main.radius: is required")]
    [InlineData("""{"main":{"kind":"circle","side":1,"radius":1}}""", "payload.main.side: is not a known member; known members: radius")]
    [InlineData("""{"main":{"kind":"star"}}""", "payload.main.kind: must be one of: circle, square")]
    [InlineData("""{"main":{"kind":"\ud800"}}""", "payload.main.kind: must be one of: circle, square")]
    [InlineData("""{"main":{"\ud800":1,"radius":1}}""", "payload.main.kind: is required; it is one of: circle, square")]
    [InlineData("""{"main":{"kind":null}}""", "payload.main.kind: must be one of: circle, square")]
    [InlineData("""{"main":{"radius":1}}""", "payload.main.kind: is required; it is one of: circle, square")]
    public void A_polymorphic_payload_is_read_as_the_type_it_names(string json, string error)
    {
        Assert.Equal(new Circle(2), Bound<Drawing>("""{"main":{"kind":"circle","radius":2}}""")!.Main);
        Assert.Equal(new Circle(2), Bound<Drawing>("""{"main":{"radius":2,"kind":"circle"}}""")!.Main);
        Assert.Equal([error], Errors<Drawing>(json));
    }

    [Fact]
    public void An_abstract_payload_that_is_absent_lacks_its_kind() =>
        Assert.Equal(["payload.kind: is required; it is one of: circle, square"], Errors<Shape>(""));

    [Fact]
    public void A_type_that_leads_back_to_itself_is_read_to_any_depth_the_parser_takes()
    {
        Assert.Equal("b", Bound<Node>("""{"name":"a","next":{"name":"b"}}""")!.Next!.Name);
        Assert.Equal(["payload.next.children[0].name: is required"], Errors<Node>("""{"name":"a","next":{"name":"b","children":[{}]}}"""));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("""{"email":'a'}""")]
    [InlineData("""{"email":"a"} x""")]
    [InlineData(" ")]
    public void Malformed_json_is_told_with_its_place(string json)
    {
        var error = Assert.Single(Errors<Mail>(json));

        Assert.StartsWith("payload: is not valid JSON: ", error, StringComparison.Ordinal);
        Assert.EndsWith(")", error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Json_nested_beyond_the_parsers_limit_is_refused() =>
        Assert.Single(Errors<JsonElement>(new string('[', 1000) + new string(']', 1000)));

    [Fact]
    public void Bytes_that_are_no_utf8_are_refused()
    {
        byte[] json = [.. "{\"email\":\""u8, 0xFF, .. "\"}"u8];

        Assert.False(new PayloadBinder<Mail>(PayloadJson.CreateOptions()).TryBind(json, "payload", out _, out var errors));
        Assert.Equal(["is not valid UTF-8"], errors["payload"]);
    }

    [Fact]
    public void A_member_name_that_is_half_a_character_is_refused() =>
        Assert.NotEmpty(Errors<Mail>("""{"email":"a","\ud800":1}"""));

    [Fact]
    public void A_hostile_payload_does_not_buy_a_large_answer()
    {
        var json = new StringBuilder("{");
        for (var i = 0; i < 10_000; i++)
            json.Append('"').Append('x').Append(i).Append("\":1,");

        Assert.Equal(100, Errors<Mail>(json.Append("\"y\":1}").ToString()).Length);
    }

    [Fact]
    public void A_type_that_no_json_can_fill_is_a_bug_and_not_the_clients_error() =>
        Assert.Throws<NotSupportedException>(() => Errors<Described[,]>("[]"));

    private static T? Bound<T>(string json) => PayloadBinding.Bound<T>(json);

    private static string[] Errors<T>(string json) => PayloadBinding.Errors<T>(json);
}
