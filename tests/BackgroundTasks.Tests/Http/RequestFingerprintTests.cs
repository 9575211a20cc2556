using System.Security.Cryptography;
using System.Text;
using BackgroundTasks.Http;
using Microsoft.AspNetCore.Http;

namespace BackgroundTasks.Tests.Http;

/// <summary>Fingerprints are kept with their tasks: those of an earlier version must be those of this one.</summary>
public class RequestFingerprintTests
{
    [Theory]
    [InlineData("""{"type":"a","payload":[1.50,"x",null]}""", """{"payload":[1.50,"x",null],"type":"a"}""")]
    [InlineData(""" { "b" : { "d" : 1 , "c" : [ { "f" : true , "e" : {} } ] } , "B" : [] } """, """{"B":[],"b":{"c":[{"e":{},"f":true}],"d":1}}""")]
    [InlineData("""{"b":1,"a":2,"b":0,"a":3}""", """{"a":2,"a":3,"b":1,"b":0}""")]
    public void A_request_is_hashed_with_its_members_in_order_and_without_white_space(string body, string hashed)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.PathBase, request.Path) = ("POST", "/v1", "/tasks");

        var fingerprint = RequestFingerprint.Of(request, Encoding.UTF8.GetBytes(body));

        Assert.Equal(SHA256.HashData(Encoding.UTF8.GetBytes("POST /v1/tasks\n" + hashed)), fingerprint);
    }
}
