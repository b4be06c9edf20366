package tally

object Main extends IOApp.Simple {
  val routes = HttpRoutes.of[IO] { case GET -> Root / "health" => Ok() }
  def run = EmberServerBuilder.default[IO].withPort(port"9090").build.useForever
}
