import gleam/http.{Get, Post}
import wisp

pub fn handle_request(req) {
  case req.method, wisp.path_segments(req) {
    Get, [] -> home(req)
    Post, ["health"] -> wisp.created()
    Get, ["status"] -> wisp.ok()
    // Get, ["healthz"] -> wisp.ok()
    _, _ -> wisp.not_found()
  }
}
