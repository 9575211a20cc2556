using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace BackgroundTasks.Tests.Payloads;

internal enum Size
{
    Small,
    Large,
}

[JsonConverter(typeof(JsonStringEnumConverter<Colour>))]
internal enum Colour
{
    Red,
    Green,
}

internal sealed record Nothing;

internal sealed record Mail(string Email, string? Subject = null, int Copies = 1);

internal sealed record CheckedMail(
    [EmailAddress] string Email,
    [property: StringLength(5)] string? Subject = null,
    [Range(1, 10), Display(Name = "number of copies")] int Copies = 1);

internal sealed class Order
{
    public required string Name { get; init; }

    public List<Line> Items { get; set; } = [];

    public Dictionary<string, Line> ByKey { get; set; } = [];

    public Line? Extra { get; set; }

    public int?[]? Numbers { get; set; }
}

internal sealed record Line([property: Required, MinLength(2)] string Name, [Range(1, 9)] int Count = 1);

internal sealed record Node(string Name, Node? Next = null, List<Node>? Children = null);

internal sealed record CheckedNode([MaxLength(3)] string Name, CheckedNode? Next = null, List<CheckedNode>? Children = null);

internal sealed record Scalars(
    bool? Flag = null, byte? Tiny = null, long? Big = null, double? Real = null, decimal? Money = null, string? Text = null, char? Letter = null,
    DateTime? At = null, DateOnly? Day = null, TimeOnly? Hour = null, TimeSpan? For = null, Guid? Id = null, Uri? Link = null,
    byte[]? Bytes = null, Size? Size = null, Colour? Colour = null, Colour[]? Colours = null, JsonElement? Any = null, JsonObject? Json = null);

internal sealed class PropertyConverters
{
    [JsonConverter(typeof(JsonStringEnumConverter<Size>))]
    public Size Size { get; set; }

    [JsonNumberHandling(JsonNumberHandling.AllowReadingFromString)]
    public int Number { get; set; }

    [JsonConverter(typeof(EvenConverter))]
    public int Even { get; set; }

    public Code? Code { get; set; }
}

internal sealed class EvenConverter : JsonConverter<int>
{
    public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var value = reader.GetInt32();
        return value % 2 == 0 ? value : throw new JsonException("must be even");
    }

    public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteNumberValue(value);
}

[JsonConverter(typeof(CodeConverter))]
internal sealed record Code(string Text) : IValidatableObject
{
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext) =>
        Text.StartsWith('C') ? [] : [new ValidationResult("A code starts with C.")];
}

internal sealed class CodeConverter : JsonConverter<Code>
{
    public override Code Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        new(reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw new JsonException());

    public override void Write(Utf8JsonWriter writer, Code value, JsonSerializerOptions options) => writer.WriteStringValue(value.Text);
}

internal sealed class Open
{
    public string? Name { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? More { get; set; }
}

[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Circle), "circle")]
[JsonDerivedType(typeof(Square), "square")]
internal abstract record Shape;

internal sealed record Circle([Range(1, 5)] int Radius) : Shape;

internal sealed record Square([Range(1, 5)] int Side) : Shape;

internal sealed record Drawing(Shape Main, Shape[]? Others = null);

internal sealed class SignUp : IValidatableObject
{
    [Required]
    public string? Password { get; set; }

    [Compare(nameof(Password))]
    public string? Confirm { get; set; }

    public int Age { get; set; }

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Age < 18)
            yield return new ValidationResult("Too young.", [nameof(Age)]);

        if (Password == "secret")
            yield return new ValidationResult("Too well known.");
    }
}

[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
internal sealed class OrderedAttribute : ValidationAttribute
{
    protected override ValidationResult? IsValid(object? value, ValidationContext validationContext) =>
        value is Span { From: var from, To: var to } && from > to
            ? new ValidationResult($"{validationContext.DisplayName} is the wrong way round.", [nameof(Span.From), nameof(Span.To)])
            : ValidationResult.Success;
}

[Ordered]
internal readonly record struct Span([property: JsonPropertyName("start")] int From, int To);

internal sealed record Booking(Span Span, Span? Spare = null);

[AttributeUsage(AttributeTargets.Property)]
internal sealed class ThrowingAttribute : ValidationAttribute
{
    public override bool IsValid(object? value) => throw new InvalidOperationException("a bug");
}

internal sealed class Buggy
{
    [Throwing]
    public int Value { get; set; }
}

internal class Described
{
    public virtual string? Name { get; set; }
}

internal sealed class Redescribed : Described
{
    [Required]
    public override string? Name { get; set; }

    public int Length => Name?.Length ?? 0;
}

[Description("What to resize, and how.")]
internal sealed record Resize(
    [Description("Where the image is.")][Url] string Source,
    [Range(1, 4096)] int Width,
    [property: Range(0.5, 2, MaximumIsExclusive = true)] double Scale = 1,
    [RegularExpression("[a-z]+|[0-9]+")] string? Name = null,
    [Required, StringLength(20, MinimumLength = 3)] string? Title = null,
    [Length(1, 3)] List<Line>? Items = null,
    [MaxLength(4)] Dictionary<string, int>? Weights = null,
    [AllowedValues("png", "jpeg")] string Format = "png",
    [EmailAddress] string? Notify = null,
    [Range(typeof(decimal), "0.10", "99.90")] decimal Price = 1,
    [Range(typeof(DateTime), "2000-01-01", "2100-01-01")] DateTime? At = null);
