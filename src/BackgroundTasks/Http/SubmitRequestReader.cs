using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using BackgroundTasks.Execution;
using BackgroundTasks.Payloads;

namespace BackgroundTasks.Http;

/// <summary>
/// Reads the body of a submit, which <see cref="SubmitRequest"/> describes: by hand, so that the payload's bytes are kept as they came,
/// every error has its path, and nothing is made that the task does not keep.
/// </summary>
internal ref struct SubmitRequestReader
{
    private const string NotText = "It is not valid Unicode: it has half of a surrogate pair.";
    private const string Twice = "It is given twice.";

    private static readonly string[] Names = ["type", "payload", "queue", "priority", "delaySeconds", "scheduledFor", "maxAttempts", "timeoutSeconds", "tags", "uniqueKey"];
    private static readonly byte[][] Utf8Names = [.. Names.Select(Encoding.UTF8.GetBytes)];

    private readonly ReadOnlyMemory<byte> _body;
    private Utf8JsonReader _reader;
    private SubmitErrors _errors;
    private HashSet<string>? _unknown;
    private int _seen;
    private string? _type;
    private ReadOnlyMemory<byte> _payload;
    private string? _queue;
    private int? _priority;
    private double? _delaySeconds;
    private DateTimeOffset? _scheduledFor;
    private int? _maxAttempts;
    private double? _timeoutSeconds;
    private IReadOnlyDictionary<string, string>? _tags;
    private string? _uniqueKey;

    private SubmitRequestReader(ReadOnlyMemory<byte> body)
    {
        _body = body;
        _reader = new Utf8JsonReader(body.Span);
    }

    /// <summary>False with every error by path. The payload is a part of the body.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> body, Guid id, [NotNullWhen(true)] out string? type, out ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out BackgroundTaskSubmitOptions? options, [NotNullWhen(false)] out Dictionary<string, string[]>? errors)
    {
        var reader = new SubmitRequestReader(body);
        reader.Read();
        errors = reader._errors.All;
        (type, payload, options) = errors is null ? (reader._type!, reader._payload, reader.OptionsFor(id)) : default;
        return errors is null;
    }

    private void Read()
    {
        if (!Utf8.IsValid(_body.Span))
        {
            _errors["$"] = "It is not UTF-8.";
            return;
        }

        try
        {
            ReadObject();
        }
        catch (JsonException exception)
        {
            _errors["$"] = $"It is not valid JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.";
        }
    }

    private void ReadObject()
    {
        if (!_reader.Read() || _reader.TokenType is not JsonTokenType.StartObject)
        {
            _errors["$"] = "Send an object: { \"type\": …, \"payload\": … }.";
            return;
        }

        while (_reader.Read() && _reader.TokenType is JsonTokenType.PropertyName)
        {
            if (FindName() is >= 0 and var member)
                ReadMember(member);
            else
                RefuseMember();
            if (_errors.Count >= RequestErrors.MaxCount)
                return;
        }

        while (_reader.Read())
        {
            // What follows the object is an error of the reader's.
        }

        if (string.IsNullOrEmpty(_type) && _errors.All?.ContainsKey("type") is not true)
            _errors["type"] = "It is required: the name of a task type, see GET /task-types.";
    }

    /// <summary>Which of the names the member has that the reader stands on; −1 if none.</summary>
    private int FindName()
    {
        if (_reader.ValueIsEscaped)
            return LoneSurrogates.TryRead(ref _reader, out var text) ? Array.IndexOf(Names, text) : -1;
        var name = _reader.ValueSpan;
        for (var i = 0; i < Utf8Names.Length; i++)
        {
            if (name.SequenceEqual(Utf8Names[i]))
                return i;
        }

        return -1;
    }

    private void ReadMember(int member)
    {
        _reader.Read();
        var name = Names[member];
        switch (name)
        {
            case "type":
                _type = ReadText(name);
                break;
            case "payload":
                var start = (int)_reader.TokenStartIndex;
                _reader.Skip();
                _payload = _body[start..(int)_reader.BytesConsumed];
                break;
            case "queue":
                _queue = ReadText(name);
                break;
            case "priority":
                _priority = ReadInteger(name);
                break;
            case "delaySeconds":
                _delaySeconds = ReadNumber(name);
                break;
            case "scheduledFor":
                _scheduledFor = ReadTime(name);
                break;
            case "maxAttempts":
                _maxAttempts = ReadInteger(name);
                break;
            case "timeoutSeconds":
                _timeoutSeconds = ReadNumber(name);
                break;
            case "tags":
                _tags = ReadTags();
                break;
            case "uniqueKey":
                _uniqueKey = ReadText(name);
                break;
        }

        if ((_seen & (1 << member)) != 0)
            _errors[name] = Twice;
        _seen |= 1 << member;
    }

    private void RefuseMember()
    {
        var isText = LoneSurrogates.TryRead(ref _reader, out var name);
        _reader.Read();
        _reader.Skip();
        _errors[name] = !isText ? NotText
            : (_unknown ??= new(StringComparer.Ordinal)).Add(name) ? $"It is not a member of this request. Members: {string.Join(", ", Names)}."
            : Twice;
    }

    private int? ReadInteger(string name) =>
        _reader.TokenType is JsonTokenType.Number && _reader.TryGetInt32(out var number) ? number : Refuse<int>(name, "It must be a whole number.");

    private double? ReadNumber(string name) =>
        _reader.TokenType is JsonTokenType.Number && _reader.TryGetDouble(out var number) ? number : Refuse<double>(name, "It must be a number of seconds.");

    private DateTimeOffset? ReadTime(string name) =>
        _reader.TokenType is JsonTokenType.String && LoneSurrogates.TryRead(ref _reader, out var text) && Rfc3339.TryParse(text, out var time)
            ? time
            : Refuse<DateTimeOffset>(name, "It must be a time as in RFC 3339: 2026-01-31T12:00:00Z.");

    /// <summary>Null is as if it were left out; anything else that is not what it must be is an error.</summary>
    private T? Refuse<T>(string name, string message)
        where T : struct
    {
        if (_reader.TokenType is not JsonTokenType.Null)
            _errors[name] = message;
        _reader.Skip();
        return null;
    }

    private string? ReadText(string name)
    {
        if (_reader.TokenType is JsonTokenType.String)
        {
            if (!LoneSurrogates.TryRead(ref _reader, out var text))
                _errors[name] = NotText;
            return text;
        }

        if (_reader.TokenType is not JsonTokenType.Null)
            _errors[name] = "It must be a string.";
        _reader.Skip();
        return null;
    }

    private IReadOnlyDictionary<string, string>? ReadTags()
    {
        if (_reader.TokenType is JsonTokenType.Null)
            return null;
        if (_reader.TokenType is not JsonTokenType.StartObject)
        {
            _errors["tags"] = "It must be an object of strings.";
            _reader.Skip();
            return null;
        }

        KeyValuePair<string, string>[] few = [];
        Dictionary<string, string>? many = null;
        while (_reader.Read() && _reader.TokenType is JsonTokenType.PropertyName && _errors.Count < RequestErrors.MaxCount)
        {
            var isText = LoneSurrogates.TryRead(ref _reader, out var key);
            _reader.Read();
            if (_reader.TokenType is not JsonTokenType.String)
                _errors[$"tags.{key}"] = "It must be a string.";
            else if (!LoneSurrogates.TryRead(ref _reader, out var value) || !isText)
                _errors[$"tags.{key}"] = NotText;
            else if (!TryAdd(key, value, ref few, ref many))
                _errors[$"tags.{key}"] = Twice;
            _reader.Skip();
        }

        return many ?? (IReadOnlyDictionary<string, string>)new TaskTags(few);
    }

    /// <summary>More than are allowed are counted with a hash table: to look through so many would take too long.</summary>
    private static bool TryAdd(string key, string value, ref KeyValuePair<string, string>[] few, ref Dictionary<string, string>? many)
    {
        if (few.Length == SubmitRules.MaxTags)
            many ??= new(few, StringComparer.Ordinal);
        if (many is not null)
            return many.TryAdd(key, value);
        foreach (var tag in few)
        {
            if (tag.Key == key)
                return false;
        }

        few = [.. few, new(key, value)];
        return true;
    }

    private readonly BackgroundTaskSubmitOptions OptionsFor(Guid id) => new()
    {
        Id = id,
        Queue = _queue,
        Tags = _tags,
        Priority = _priority ?? 0,
        Delay = Seconds(_delaySeconds),
        ScheduledFor = _scheduledFor,
        MaxAttempts = _maxAttempts,
        Timeout = Seconds(_timeoutSeconds),
        UniqueKey = _uniqueKey,
    };

    /// <summary>Out of any bound stays out of bounds: it is refused by its rule.</summary>
    private static TimeSpan? Seconds(double? seconds) => seconds is not { } given ? null
        : Math.Abs(given) < TimeSpan.MaxValue.TotalSeconds / 2 ? TimeSpan.FromSeconds(given)
        : given < 0 ? TimeSpan.MinValue
        : TimeSpan.MaxValue;
}
