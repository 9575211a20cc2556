using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace BackgroundTasks.Tests.Payloads;

internal sealed record Delivery([EmailAddress] string To, Parcel[] Parcels);

internal sealed record Parcel([property: Range(1, 30)] int Weight);

[JsonSerializable(typeof(Delivery))]
internal sealed partial class GeneratedContracts : JsonSerializerContext;
