var host = Host.CreateDefaultBuilder(args).Build();
var url = Environment.GetEnvironmentVariable("MONGODB_URL") ?? throw new Exception("no MONGODB_URL");
host.Run();
