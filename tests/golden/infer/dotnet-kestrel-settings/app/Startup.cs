public class Startup
{
    public void Configure(IApplicationBuilder app)
    {
        app.UseHealthChecks("/livez");
        // app.UseHealthChecks("/healthz");
        app.UseEndpoints(endpoints => endpoints.MapControllers());
    }
}
