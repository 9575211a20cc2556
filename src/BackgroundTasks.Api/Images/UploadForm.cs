using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace BackgroundTasks.Api.Images;

/// <summary>Reads the form of <c>POST /images</c> part by part: the file goes straight to the disk, whatever its size, and the fields may come in any order.</summary>
internal sealed class UploadForm(long maxUploadBytes)
{
    /// <summary>How much is read at once.</summary>
    public const int BufferSize = 64 * 1024;

    /// <summary>How much of an upload is in memory: what is read and what is written.</summary>
    public const int HeldBytes = 2 * BufferSize;

    private const int MaxFieldBytes = 32;
    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    /// <summary>What the form asks for.</summary>
    /// <param name="id">The upload's id.</param>
    /// <exception cref="UploadRefusedException">A field is missing, or has no value that will do.</exception>
    public ResizeImagePayload ToPayload(Guid id)
    {
        var payload = new ResizeImagePayload(id.ToString("N"), Number("width"), Number("height"), Find("format"));
        var results = new List<ValidationResult>();
        if (Validator.TryValidateObject(payload, new ValidationContext(payload), results, validateAllProperties: true))
            return payload;
        var errors = results
            .SelectMany(result => result.MemberNames, (result, member) => (Field: JsonNamingPolicy.CamelCase.ConvertName(member), result.ErrorMessage))
            .GroupBy(error => error.Field)
            .ToDictionary(group => group.Key, group => group.Select(error => error.ErrorMessage ?? "").ToArray());
        throw new UploadRefusedException(StatusCodes.Status400BadRequest, "A field will not do.", errors);
    }

    /// <summary>Reads the whole form.</summary>
    /// <param name="reader">Its parts.</param>
    /// <param name="file">Where the file goes.</param>
    /// <param name="deadline">Its time.</param>
    /// <exception cref="UploadRefusedException">It is malformed, too large, or has other fields than it should.</exception>
    public async Task ReadAsync(MultipartReader reader, Stream file, UploadDeadline deadline)
    {
        while (await MalformedIsRefused(reader.ReadNextSectionAsync(deadline.Token)) is { } section)
        {
            var name = NameOf(section);
            if (!_fields.TryAdd(name, ""))
                throw Refusal(name, "The field came twice.");
            if (name == "file")
                await ReadFileAsync(section.Body, file, deadline);
            else
                _fields[name] = await ReadFieldAsync(name, section.Body, deadline.Token);
        }

        if (!_fields.ContainsKey("file") || file.Length == 0)
            throw Refusal("file", "Send the image as the part file.");
    }

    private static string NameOf(MultipartSection section) =>
        ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
        && HeaderUtilities.RemoveQuotes(disposition.Name).Value is { } name
            ? name is "file" or "width" or "height" or "format" ? name : throw Refusal(name, "There is no such field: file, width, height and format are.")
            : throw new UploadRefusedException(StatusCodes.Status400BadRequest, "A part of the form has no name.");

    private async Task ReadFileAsync(Stream body, Stream file, UploadDeadline deadline)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        var left = maxUploadBytes;
        try
        {
            while (await MalformedIsRefused(body.ReadAsync(buffer, deadline.Token).AsTask()) is > 0 and var count)
            {
                left -= count;
                deadline.Arrived(count);
                if (left < 0)
                    throw TooLarge(maxUploadBytes);
                await file.WriteAsync(buffer.AsMemory(0, count), deadline.Token);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<string> ReadFieldAsync(string name, Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxFieldBytes + 1];
        var count = await MalformedIsRefused(body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken).AsTask());
        return count <= MaxFieldBytes ? Encoding.UTF8.GetString(buffer, 0, count) : throw Refusal(name, "The value is too long.");
    }

    /// <summary>An upload over the bound.</summary>
    /// <param name="maxUploadBytes">The bound.</param>
    public static UploadRefusedException TooLarge(long maxUploadBytes) => new(
        StatusCodes.Status413PayloadTooLarge,
        string.Create(CultureInfo.InvariantCulture, $"An image may have {maxUploadBytes:N0} bytes at most."));

    /// <summary>Only what is read is the client's: a write that fails is not refused but thrown on.</summary>
    private static async Task<T> MalformedIsRefused<T>(Task<T> reading)
    {
        try
        {
            return await reading;
        }
        catch (Exception exception) when (exception is InvalidDataException or (IOException and not BadHttpRequestException))
        {
            throw new UploadRefusedException(StatusCodes.Status400BadRequest, "The body is not complete multipart/form-data.", null, exception);
        }
    }

    private int? Number(string name) => Find(name) is not { } text ? null
        : !text.AsSpan().ContainsAnyExceptInRange('0', '9') && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw Refusal(name, "A whole number of pixels.");

    /// <summary>A browser sends a field that was left empty as an empty one.</summary>
    private string? Find(string name) => _fields.TryGetValue(name, out var text) && text.Length > 0 ? text : null;

    private static UploadRefusedException Refusal(string field, string message) =>
        new(StatusCodes.Status400BadRequest, message, new Dictionary<string, string[]> { [field] = [message] });
}
