@Controller({ path: "health", version: VERSION_NEUTRAL })
export class HealthController {
  @Get("live")
  live() {}
}
