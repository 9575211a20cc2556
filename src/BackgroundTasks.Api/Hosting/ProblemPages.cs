using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace BackgroundTasks.Api.Hosting;

/// <summary>Every error as problem details, in every environment, whatever the client accepts.</summary>
internal static class ProblemPages
{
    public static void AddProblems(this WebApplicationBuilder builder)
    {
        builder.Services.AddProblemDetails(static options => options.CustomizeProblemDetails = static problem => problem.ProblemDetails.Extensions["traceId"] = TraceIdOf(problem.HttpContext));
        builder.Services.Configure<RouteHandlerOptions>(static options => options.ThrowOnBadRequest = false);
    }

    public static void UseProblems(this WebApplication app)
    {
        app.UseExceptionHandler(new ExceptionHandlerOptions
        {
            StatusCodeSelector = static exception => exception is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status500InternalServerError,

            // A request that is no HTTP is its client's error: whoever sends it must not fill the log with ours.
            SuppressDiagnosticsCallback = static context => context.Exception is BadHttpRequestException,
            ExceptionHandler = static context => WriteAsync(context, context.Features.Get<IExceptionHandlerFeature>()?.Error is BadHttpRequestException bad
                ? bad.Message
                : $"The service failed to answer. Its log has the details under the trace id {TraceIdOf(context)}."),
        });

        // Not UseStatusCodePages: every request that succeeds would pay for its feature and its state machine.
        app.Use(static next => context =>
        {
            var answered = next(context);
            return answered.IsCompletedSuccessfully ? ExplainAsync(context) : AwaitAsync(answered, context);
        });
    }

    public static Task WriteAsync(HttpContext context, string? detail) => TypedResults.Problem(new ProblemDetails
    {
        Status = context.Response.StatusCode,
        Detail = detail,
        Instance = context.Request.Path,
        Extensions = { ["traceId"] = TraceIdOf(context) },
    }).ExecuteAsync(context);

    private static async Task AwaitAsync(Task answered, HttpContext context)
    {
        await answered;
        await ExplainAsync(context);
    }

    /// <summary>Writes a problem if the answer is an error without a body.</summary>
    private static Task ExplainAsync(HttpContext context)
    {
        var response = context.Response;
        if (response.StatusCode is < 400 or >= 600 || response.HasStarted || response.ContentLength is not null || !string.IsNullOrEmpty(response.ContentType))
            return Task.CompletedTask;
        return WriteAsync(context, response.StatusCode switch
        {
            StatusCodes.Status404NotFound => "Nothing is here. See /swagger for what is.",
            StatusCodes.Status405MethodNotAllowed => "This method is not allowed here; see the Allow header.",
            _ => null,
        });
    }

    /// <summary>As the log has it: the id of the whole trace, without the span that the platform would put beside it.</summary>
    private static string TraceIdOf(HttpContext context) => BackgroundTasksDiagnostics.TraceId ?? context.TraceIdentifier;
}
