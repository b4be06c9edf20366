use clap::Parser;
use warp::Filter;

#[derive(Parser)]
struct Args {
    /// Where to listen
    #[arg(short, long, default_value_t = 3030)]
    port: u16,
}

#[tokio::main]
async fn main() {
    let args = Args::parse();
    let up = warp::path!("up").map(|| "ok");
    warp::serve(up).run(([0, 0, 0, 0], args.port)).await;
}
