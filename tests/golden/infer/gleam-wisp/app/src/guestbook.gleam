import envoy
import gleam/int
import gleam/result
import guestbook/router
import mist
import wisp

pub fn main() {
  let assert Ok(secret) = envoy.get("SECRET_KEY_BASE")
  let port = envoy.get("PORT") |> result.try(int.parse) |> result.unwrap(8000)
  let assert Ok(_) =
    wisp.mist_handler(router.handle_request, secret)
    |> mist.new
    |> mist.bind("0.0.0.0")
    |> mist.port(port)
    |> mist.start_http
}
