[ApiController]
[Route("api/[controller]")]
public class StatusController : ControllerBase
{
    [HttpGet("ping")]
    public IActionResult Ping() => Ok();

    [HttpPost("health")]
    public IActionResult Health() => Ok();
}
