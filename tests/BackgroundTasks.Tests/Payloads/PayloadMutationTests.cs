using System.Text;
using BackgroundTasks.Payloads;

namespace BackgroundTasks.Tests.Payloads;

public sealed class PayloadMutationTests
{
    private static readonly string[] Pieces =
        ["null", "{}", "[]", "1", "-1.5e300", "true", "\"\"", "\"\\ud800\"", "\"circle\"", "\"kind\":", "\"\\udfff\":1,", "\"name\":1,", ",", "{", "]", "\u00e9", "\0"];

    [Fact]
    public void Whatever_the_payload_it_is_bound_or_refused_with_errors()
    {
        Mutate<Order>("""{"name":"n","items":[{"name":"xx"},{"name":"yy","count":2}],"byKey":{"a":{"name":"zz"}},"numbers":[1,null]}""");
        Mutate<Drawing>("""{"main":{"kind":"circle","radius":2},"others":[{"kind":"square","side":1},{"kind":"circle","radius":1}]}""");
        Mutate<PropertyConverters>("""{"size":"Small","number":"5","even":4,"code":"C1"}""");
        Mutate<Scalars>("""{"flag":true,"text":"t","at":"2026-01-31T12:00:00Z","bytes":"AQID","colours":["Red"],"any":{"a":[1]},"json":{"b":1}}""");
        Mutate<CheckedNode>("""{"name":"a","next":{"name":"b"},"children":[{"name":"c"}]}""");
        Mutate<SignUp>("""{"password":"x","confirm":"x","age":20}""");
        Mutate<Open>("""{"name":"n","other":{"a":1},"another":[1]}""");
        Mutate<Dictionary<int, Span>>("""{"1":{"start":1,"to":2},"2":{"start":1,"to":2}}""");
    }

    private static void Mutate<T>(string json)
    {
        var random = new Random(20260131);
        var binder = new PayloadBinder<T>(PayloadJson.CreateOptions());
        Assert.True(binder.TryBind(Encoding.UTF8.GetBytes(json), "payload", out _, out _));

        for (var round = 0; round < 1000; round++)
        {
            var mutated = new StringBuilder(json);
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var start = random.Next(mutated.Length);
                var count = random.Next(Math.Min(8, mutated.Length - start));
                mutated.Remove(start, count).Insert(start, Pieces[random.Next(Pieces.Length)]);
            }

            var isBound = binder.TryBind(Encoding.UTF8.GetBytes(mutated.ToString()), "payload", out _, out var errors);

            Assert.True(isBound || errors!.Keys.All(key => key.StartsWith("payload", StringComparison.Ordinal)), mutated.ToString());
            Assert.True(isBound || errors!.Values.SelectMany(messages => messages).All(IsFriendly), mutated + " " + string.Join("; ", errors?.Values.SelectMany(messages => messages) ?? []));
        }
    }

    private static bool IsFriendly(string message) =>
        message.Length > 0 && !message.Contains("System.", StringComparison.Ordinal) && !message.Contains("BackgroundTasks.", StringComparison.Ordinal);
}
