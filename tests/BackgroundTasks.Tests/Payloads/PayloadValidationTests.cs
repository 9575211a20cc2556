using System.Text.Json;
using BackgroundTasks.Payloads;
using static BackgroundTasks.Tests.Payloads.PayloadBinding;

namespace BackgroundTasks.Tests.Payloads;

public sealed class PayloadValidationTests
{
    [Fact]
    public void Attributes_count_on_parameters_and_on_properties()
    {
        Assert.Equal("a@b.c", Bound<CheckedMail>("""{"email":"a@b.c","subject":"short"}""")!.Email);
        Assert.Equal(
            [
                "payload.email: The email field is not a valid e-mail address.",
                "payload.subject: The field subject must be a string with a maximum length of 5.",
                "payload.copies: The field number of copies must be between 1 and 10.",
            ],
            Errors<CheckedMail>("""{"email":"nobody","subject":"too long","copies":11}"""));
    }

    [Fact]
    public void Validation_goes_into_objects_lists_and_dictionaries() =>
        Assert.Equal(
            [
                "payload.items[1].name: The name field is required.",
                "payload.byKey['a b'].count: The field count must be between 1 and 9.",
                "payload.extra.name: The field name must be a string or array type with a minimum length of '2'.",
                "payload.extra.count: The field count must be between 1 and 9.",
            ],
            Errors<Order>(
                """
                {"name":"n","items":[{"name":"xx"},{"name":""}],
                 "byKey":{"a b":{"name":"yy","count":0}},"extra":{"name":"z","count":10}}
                """));

    [Fact]
    public void A_collection_at_the_root_is_validated() =>
        Assert.Equal(["payload[0].count: The field count must be between 1 and 9."], Errors<Line[]>("""[{"name":"xx","count":0},{"name":"yy"}]"""));

    [Fact]
    public void A_polymorphic_value_is_validated_as_what_it_is() =>
        Assert.Equal(
            ["payload.main.radius: The field radius must be between 1 and 5.", "payload.others[0].side: The field side must be between 1 and 5."],
            Errors<Drawing>("""{"main":{"kind":"circle","radius":9},"others":[{"kind":"square","side":9}]}"""));

    [Fact]
    public void The_whole_is_judged_once_its_parts_are_sound()
    {
        Assert.Equal(18, Bound<SignUp>("""{"password":"x","confirm":"x","age":18}""")!.Age);
        Assert.Equal(["payload.password: The password field is required."], Errors<SignUp>("""{"age":1}"""));
        Assert.Equal(["payload.age: Too young.", "payload: Too well known."], Errors<SignUp>("""{"password":"secret","confirm":"secret","age":1}"""));
    }

    [Fact]
    public void Two_members_are_compared_under_their_json_names() =>
        Assert.Equal(["payload.confirm: 'confirm' and 'password' do not match."], Errors<SignUp>("""{"password":"x","confirm":"y","age":18}"""));

    [Fact]
    public void An_attribute_of_the_type_names_the_members_by_their_json_names()
    {
        Assert.Equal(new Span(1, 2), Bound<Booking>("""{"span":{"start":1,"to":2}}""")!.Span);
        Assert.Equal(
            ["payload.spare.start: spare is the wrong way round.", "payload.spare.to: spare is the wrong way round."],
            Errors<Booking>("""{"span":{"start":1,"to":2},"spare":{"start":3,"to":2}}"""));
    }

    [Fact]
    public void An_overriding_property_brings_its_own_attributes() =>
        Assert.Equal(["payload.name: The name field is required."], Errors<Redescribed>("{}"));

    [Fact]
    public void A_tree_is_validated_at_every_level()
    {
        Assert.NotNull(Bound<CheckedNode>("""{"name":"a","children":[{"name":"b"},{"name":"c","next":{"name":"d"}}]}"""));
        Assert.Equal(
            ["payload.children[1].next.name: The field name must be a string or array type with a maximum length of '3'."],
            Errors<CheckedNode>("""{"name":"a","children":[{"name":"b"},{"name":"c","next":{"name":"dddd"}}]}"""));
    }

    [Theory]
    [InlineData(32, true)]
    [InlineData(33, false)]
    public void What_is_nested_too_deeply_to_be_validated_does_not_pass(int levels, bool passes)
    {
        var json = string.Concat(Enumerable.Repeat("""{"name":"a","next":""", levels - 1)) + """{"name":"a"}""" + new string('}', levels - 1);

        if (passes)
            Assert.NotNull(Bound<CheckedNode>(json));
        else
            Assert.EndsWith("next: is nested too deeply; 32 levels are the most", Assert.Single(Errors<CheckedNode>(json)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_type_without_attributes_is_not_walked_however_deep()
    {
        var json = string.Concat(Enumerable.Repeat("""{"name":"a","next":""", 50)) + """{"name":"a"}""" + new string('}', 50);

        Assert.NotNull(Bound<Node>(json));
    }

    [Fact]
    public void A_generated_contract_validates_as_a_reflected_one_does()
    {
        var options = new JsonSerializerOptions(PayloadJson.CreateOptions()) { TypeInfoResolver = GeneratedContracts.Default };

        Assert.False(new PayloadBinder<Delivery>(options).TryBind("""{"to":"nobody","parcels":[{"weight":0}]}"""u8.ToArray(), "payload", out _, out var errors));
        Assert.Equal(
            [
                "payload.to: The to field is not a valid e-mail address.",
                "payload.parcels[0].weight: The field weight must be between 1 and 30.",
            ],
            Lines(errors));
    }

    [Fact]
    public void An_attribute_that_throws_is_a_bug_and_shows() =>
        Assert.Throws<InvalidOperationException>(() => Errors<Buggy>("{}"));
}
